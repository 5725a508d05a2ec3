/** Whether a case that is shown is as it was sealed, as far as that is known by now. */
export interface ShownSeals {
  /** In few words. */
  readonly text: string
  /** A sentence, where it is not. */
  readonly warning: string | undefined
  /** More than `text`, where there is more to say. */
  readonly detail: string | undefined
  /** Called where one of them is another. */
  onChange: () => void
}
