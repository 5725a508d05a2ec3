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
