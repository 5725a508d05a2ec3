import { cleanBytes } from '../../model/clean-text.ts'
import { MalformedError, object, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { textsOf, type KeyWords, type Texts } from '../key-words.ts'
import { encodeBytes, encodeNumbers, type AnswerColumns } from './answer-columns.ts'
import { plusZero, wholeNumber } from './checks.ts'

/**
 * How many words of each kind a key has: what of them is JSON. They themselves are three columns: numbers, lengths of
 * texts, and texts.
 */
export interface WordCounts {
  /** 1 where there are groups without a value. */
  readonly unknown: number
  readonly numbers: number
  readonly texts: number
}

export const countsOf = ({ hasUnknown, numbers, texts }: KeyWords): WordCounts => ({
  unknown: Number(hasUnknown),
  numbers: numbers.length,
  texts: texts.ends.length,
})

export function encodeWords({ numbers, texts: { ends, bytes } }: KeyWords): readonly Uint8Array[] {
  const lengths = ends.map((end, text) => end - (text === 0 ? 0 : ends[text - 1]!))
  return [encodeNumbers(numbers), encodeNumbers(lengths), encodeBytes(bytes)]
}

const atMost = wholeNumber(0, limits.partialGroupsMax)
export const wordCounts: Check<WordCounts> = object<WordCounts>({
  unknown: wholeNumber(0, 1),
  numbers: atMost,
  texts: atMost,
})

/** Numbers are finite and texts clean. @throws MalformedError */
export function wordsIn(columns: AnswerColumns, counts: WordCounts): KeyWords {
  const numbers = columns.floats(counts.numbers)
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i]!)) throw new MalformedError('answer.words: not a number')
    numbers[i] = plusZero(numbers[i]!)
  }
  const ends = columns.words(counts.texts)
  let end = 0
  let longest = 0
  for (let text = 0; text < ends.length; text++) {
    if (ends[text]! > longest) longest = ends[text]!
    end += ends[text]!
    ends[text] = end
  }
  const bytes = columns.bytes()
  if (end !== bytes.length) throw new MalformedError('answer.words: texts of other lengths')
  const isClean = longest <= limits.pathLength && isPrintableAscii(bytes)
  const texts = isClean ? { ends, bytes } : cleaned({ ends, bytes })
  return { hasUnknown: counts.unknown === 1, numbers, texts }
}

/** As most texts are, which are clean then. Four bytes at a time: texts are most of an answer. */
function isPrintableAscii(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wordsEnd = bytes.length & ~3
  let bits = 0
  for (let i = 0; i < wordsEnd; i += 4) {
    const word = view.getInt32(i, true)
    // The highest bit of a byte: of itself, of what is below a space by a borrow, of DEL by a carry.
    bits |= word | (word - 0x2020_2020) | (word + 0x0101_0101)
  }
  for (let i = wordsEnd; i < bytes.length; i++)
    if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false
  return (bits & 0x8080_8080) === 0
}

function cleaned({ ends, bytes }: Texts): Texts {
  const texts: string[] = []
  let from = 0
  for (const to of ends) {
    texts.push(cleanBytes(bytes.subarray(from, to), limits.pathLength))
    from = to
  }
  return textsOf(texts)
}
