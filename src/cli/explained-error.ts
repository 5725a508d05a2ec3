/** An expected failure of any floor: what went wrong, and what the operator can do about it. */
export interface ExplainedError extends Error {
  readonly next: string
}

export const isExplained = (error: unknown): error is ExplainedError =>
  error instanceof Error && 'next' in error && typeof error.next === 'string'

/** For stderr. */
export const explanation = ({ message, next }: ExplainedError): string =>
  `e2etop: ${message}\n${next[0]!.toUpperCase()}${next.slice(1)}${next.endsWith('.') ? '' : '.'}\n`
