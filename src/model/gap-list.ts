import type { Gap } from './gap.ts'
import { hostTime } from './quantity.ts'

/** Gaps in the order in which they came, at most `lengthMax` of a reason: further ones widen an earlier one of theirs. */
export class GapList {
  readonly #lengthMax: number
  readonly #gaps: Gap[] = []

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax
  }

  get all(): readonly Gap[] {
    return this.#gaps
  }

  /** Widens an earlier gap of the reason where the two touch, or where there are too many. */
  add(gap: Gap): void {
    const isFull = this.#gaps.length >= this.#lengthMax
    const at = this.#gaps.findLastIndex(
      ({ reason, from, to }) =>
        reason === gap.reason && (isFull || (gap.from <= to && gap.to >= from)),
    )
    const other = this.#gaps[at]
    if (!other) {
      this.#gaps.push(gap)
      return
    }
    this.#gaps[at] = {
      from: hostTime(Math.min(other.from, gap.from)),
      to: hostTime(Math.max(other.to, gap.to)),
      reason: gap.reason,
      count: other.count + gap.count,
    }
  }

  dropFirst(count: number): void {
    this.#gaps.splice(0, count)
  }
}
