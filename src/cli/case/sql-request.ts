import type { OutputFormat } from '../query/output.ts'

/** The hidden command under which e2etop starts itself to run a statement; its one argument is a `SqlRequest` in JSON. */
export const privateSqlCommand = 'private-sql'

export interface SqlRequest {
  readonly path: string
  readonly sql: string
  readonly format: OutputFormat
  /** Rows that are printed at most. */
  readonly rowsMax: number
}
