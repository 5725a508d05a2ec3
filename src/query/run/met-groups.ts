import { allRows, marked } from './selection.ts'

/** Which of the numbers of groups were met. */
export class MetGroups {
  #marks = new Uint8Array(1024)
  /** How many there are. */
  count = 0
  /** One past the largest. */
  end = 0

  add(met: ArrayLike<number>): void {
    this.end = Math.max(this.end, largestIn(met) + 1)
    if (this.end > this.#marks.length) {
      const marks = new Uint8Array(2 * this.end)
      marks.set(this.#marks)
      this.#marks = marks
    }
    this.count += markNew(this.#marks, met)
  }

  all(): Uint32Array {
    return marked(allRows(this.end), this.#marks, 1)
  }
}

function largestIn(numbers: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!
  return most
}

/** How many were not yet marked. */
function markNew(marks: Uint8Array, numbers: ArrayLike<number>): number {
  let count = 0
  for (let i = 0; i < numbers.length; i++) {
    count += 1 - marks[numbers[i]!]!
    marks[numbers[i]!] = 1
  }
  return count
}
