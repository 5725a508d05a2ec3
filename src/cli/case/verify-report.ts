/** The hidden command under which e2etop starts itself to verify a case; its one argument is the case. */
export const privateVerifyCommand = 'private-verify'

/** What that process says, a line of JSON each. */
export type VerifyReport =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | {
      readonly kind: 'verdict'
      /** Of the file that was verified. */
      readonly identity: string
      readonly isWrong: boolean
      /** The first finding; '' where there is none. */
      readonly why: string
      readonly findings: number
      readonly seal: string
      /** Fingerprints of the keys that have signed it. */
      readonly keys: readonly string[]
    }
