/** One thing that is not as it was when the case was sealed. */
export interface Alteration {
  /** `row` of a flow (or a block of them), a host, a table, or the file itself. */
  readonly where: string
  readonly what: string
}
