import { expect, test } from 'vitest'
import { cleanBytes } from '../../../src/model/clean-text.ts'
import { limits } from '../../../src/model/limits.ts'
import { AnswerColumns, ColumnMemory } from '../../../src/query/encoding/answer-columns.ts'
import { countsOf, encodeWords, wordsIn } from '../../../src/query/encoding/word-columns.ts'
import { textAt } from '../../../src/query/key-words.ts'

test('whichever byte a name has, and wherever, it comes out clean', () => {
  const wrong: string[] = []
  for (let length = 1; length <= 9; length++)
    for (let at = 0; at < length; at++)
      for (let byte = 0; byte < 256; byte++) {
        const bytes = new Uint8Array(length).fill('~'.charCodeAt(0))
        bytes[at] = byte
        const texts = { ends: Uint32Array.of(length), bytes }
        const words = { hasUnknown: false, numbers: new Float64Array(0), texts }
        const columns = new AnswerColumns(Buffer.concat(encodeWords(words)), new ColumnMemory())
        const read = textAt(wordsIn(columns, countsOf(words)).texts, 0)
        if (read !== cleanBytes(bytes, limits.pathLength))
          wrong.push(`${byte} at ${at} of ${length}: ${JSON.stringify(read)}`)
      }
  expect(wrong).toEqual([])
})
