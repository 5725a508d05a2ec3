/** What a command line says up to the cursor. */
export interface TypedLine {
  /** Whole words before the one at the cursor, without their quotes. */
  readonly before: readonly string[]
  /** The word at the cursor without its quotes, as far as it is typed; '' after a space. */
  readonly current: string
}

/** Splits a line as a shell does: at spaces that are neither quoted nor escaped. An open quote goes on to the end. */
export function typedLine(line: string): TypedLine {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (quote !== '') {
      if (char === quote) quote = ''
      else if (char === '\\' && quote === '"' && i + 1 < line.length)
        word = `${word ?? ''}${line[++i]}`
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (char === '\\' && i + 1 < line.length) {
      word = (word ?? '') + line[++i]!
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + char
    }
  }
  return { before: words, current: word ?? '' }
}
