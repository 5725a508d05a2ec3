/** What a word of the command line or of a screen's prompt means, or why it means nothing. */
export type WordRead<T> =
  | { readonly ok: true; readonly value: T }
  /** A clause without a full stop: what is wrong, what is expected, and the near miss. */
  | { readonly ok: false; readonly why: string }

/** A word as help and completion show it. */
export interface ListedWord {
  readonly word: string
  readonly help: string
}

/** The words of a list such as `process,user`; no two of one name. */
export function readList<T>(
  text: string,
  read: (word: string) => WordRead<T>,
  nameOf: (value: T) => string,
): WordRead<readonly T[]> {
  const values = new Map<string, T>()
  for (const word of text.split(',')) {
    const one = read(word.trim())
    if (!one.ok) return one
    const name = nameOf(one.value)
    if (values.has(name)) return { ok: false, why: `'${name}' is named twice` }
    values.set(name, one.value)
  }
  return { ok: true, value: [...values.values()] }
}
