import type { GroupValue } from './group-name.ts'
import type { KeysOfGroups } from './keys-of-groups.ts'

/**
 * The different values of one key, each once: the unknown, then numbers, then texts. Texts stay bytes until somebody
 * reads them, because a console that makes strings of all names of all hosts does nothing else for half of its time.
 */
export interface KeyWords {
  readonly hasUnknown: boolean
  readonly numbers: Float64Array
  readonly texts: Texts
}

/** In UTF-8, one after the other; each ends where the next one begins. */
export interface Texts {
  readonly ends: Uint32Array
  readonly bytes: Uint8Array
}

/** Values, and by their places which of them each row has. */
export interface KeyColumn {
  readonly words: KeyWords
  readonly at: Uint32Array
}

export const countOfWords = ({ hasUnknown, numbers, texts }: KeyWords): number =>
  Number(hasUnknown) + numbers.length + texts.ends.length

export function wordAt({ hasUnknown, numbers, texts }: KeyWords, place: number): GroupValue {
  const number = place - Number(hasUnknown)
  if (number < 0) return null
  if (number < numbers.length) return numbers[number]!
  return textAt(texts, number - numbers.length)
}

export function textAt({ ends, bytes }: Texts, text: number): string {
  const from = text === 0 ? 0 : ends[text - 1]!
  return textOf(bytes, from, ends[text]!)
}

export const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()

/** Of the key in the place `i` of a question. */
export function keyColumn(keys: KeysOfGroups, i: number): KeyColumn {
  const met = new Map<GroupValue, number>()
  const at = new Uint32Array(keys.length)
  for (let row = 0; row < at.length; row++) {
    const value = keys.at(row)[i]!
    let number = met.get(value)
    if (number === undefined) met.set(value, (number = met.size))
    at[row] = number
  }
  const values = [...met.keys()]
  const numbers = values.filter((value) => typeof value === 'number')
  const texts = values.filter((value) => typeof value === 'string')
  const hasUnknown = met.has(null)
  const next = { unknown: 0, number: Number(hasUnknown), text: 0 }
  next.text = next.number + numbers.length
  const places = Uint32Array.from(values, (value) => {
    if (value === null) return next.unknown
    return typeof value === 'number' ? next.number++ : next.text++
  })
  for (let row = 0; row < at.length; row++) at[row] = places[at[row]!]!
  return { words: { hasUnknown, numbers: Float64Array.from(numbers), texts: textsOf(texts) }, at }
}

export function textsOf(texts: readonly string[]): Texts {
  const pieces = texts.map((text) => Buffer.from(text))
  let end = 0
  const ends = Uint32Array.from(pieces, ({ length }) => (end += length))
  return { ends, bytes: Buffer.concat(pieces) }
}
