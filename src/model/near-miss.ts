/**
 * The word most like `typed`, if one is likely meant: the only one that begins with it, else one at most two edits
 * away, and at most half of it.
 */
export function nearMiss(typed: string, words: readonly string[]): string | undefined {
  const longer = words.filter((word) => typed.length > 1 && word.startsWith(typed))
  if (longer.length === 1) return longer[0]
  const ranked = words
    .map((word) => ({ word, edits: editDistance(typed, word) }))
    .toSorted((a, b) => a.edits - b.edits)
  const best = ranked[0]
  return best && best.edits <= 2 && best.edits * 2 <= typed.length ? best.word : undefined
}

/** The end of a complaint about a word: `; did you mean 'flows'?`, or nothing where none of the words is likely meant. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const near = nearMiss(typed, words)
  return near === undefined ? '' : `; did you mean '${near}'?`
}

/**
 * Edits of one letter, and swaps of two neighbours (`adn`), which are the commonest slip: optimal string
 * alignment, row by row.
 */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = swaps ? before[j - 2]! + 1 : Infinity
      next.push(Math.min(substituted, swapped, row[j]! + 1, next[j - 1]! + 1))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
