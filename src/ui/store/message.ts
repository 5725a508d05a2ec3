/** A line for the user. */
export interface Message {
  readonly kind: 'note' | 'warning'
  readonly text: string
}
