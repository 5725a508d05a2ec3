/** Where a key works: in a table, in a page of text (help, coverage, detail), or in a line that is typed. */
export const keyContexts = ['table', 'page', 'prompt'] as const
export type KeyContext = (typeof keyContexts)[number]

export type CommandGroup = 'Views' | 'Show' | 'Move' | 'Program' | 'Typing'

export interface Command {
  readonly keys: readonly string[]
  readonly contexts: readonly KeyContext[]
  readonly group: CommandGroup
  /** For the help screen. */
  readonly help: string
  /** For the footer, which shows the first key and this word; without it the command is in the help only. */
  readonly hint?: string
  /** Of no use, and not in the help, where one host is watched. */
  readonly ofMany?: true
}
