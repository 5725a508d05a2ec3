/**
 * Whether a text matches a pattern in which `*` is any characters and `?` is one. On a mismatch only the last `*`
 * is tried again, one character longer (an earlier one can gain nothing), so time is at most the product of the
 * lengths; a RegExp made of the pattern would take exponential time for `*a*a*a*b`.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let starEnd = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      starEnd = t
    } else if (pattern[p] === '?') {
      p++
      t += characterLength(text, t)
    } else if (pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      starEnd += characterLength(text, starEnd)
      t = starEnd
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** 2 where a surrogate pair begins. */
const characterLength = (text: string, at: number) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
