import type { gapReason } from '../model/gap.ts'

/** Why rows wait in memory; one of `gapReason`. */
export type LogTrouble =
  | typeof gapReason.diskFull
  | typeof gapReason.diskFailed
  | typeof gapReason.directoryGone
  | typeof gapReason.restarting

/** What became of an append. Rows held are tried again at the next one. */
export type AppendOutcome =
  /** On disk and synced: all that was given, and all that was held. */
  | { readonly kind: 'written'; readonly rows: number; readonly bytes: number }
  | { readonly kind: 'held'; readonly held: number; readonly why: LogTrouble }
  /** Memory is full as well: `rows` of this append are lost, and a gap will say so. */
  | {
      readonly kind: 'dropped'
      readonly rows: number
      readonly held: number
      readonly why: LogTrouble
    }
