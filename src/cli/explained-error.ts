import { readerGroup } from '../recorder/privileges.ts'

/** An expected failure of any floor: what went wrong, and what the operator can do about it. */
export interface ExplainedError extends Error {
  readonly code: string
  readonly next: string
  /** Lines of somebody else that go with it. */
  readonly detail?: string
}

export const isExplained = (error: unknown): error is ExplainedError =>
  error instanceof Error && 'code' in error && 'next' in error && typeof error.next === 'string'

/** For stderr. */
export function explanation({ message, code, next, detail = '' }: ExplainedError): string {
  const step =
    code === 'not permitted'
      ? `Members of the group ${readerGroup} may read it: usermod -aG ${readerGroup} USER, then log in again; or ask as root.`
      : `${next[0]!.toUpperCase()}${next.slice(1)}${next.endsWith('.') ? '' : '.'}`
  const said = detail === '' ? '' : `${detail.trimEnd()}\n`
  return `e2etop: ${message}\n${said}${step}\n`
}
