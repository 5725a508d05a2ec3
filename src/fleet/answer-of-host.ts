import type { ColumnMemory } from '../query/encoding/answer-columns.ts'
import { decodePartial } from '../query/encoding/partial-bytes.ts'
import { wordAt } from '../query/key-words.ts'
import type { CompactAnswer } from '../query/compact-answer.ts'
import type { Question } from '../query/question.ts'

export type AnswerOfHost =
  | { readonly ok: true; readonly partial: CompactAnswer }
  | { readonly ok: false; readonly why: string }

/**
 * What a host answered, where it is understood and about that host alone: none may speak for another. Good until another
 * answer is put into the same memory.
 */
export function answerOfHost(
  question: Question,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  memory: ColumnMemory,
): AnswerOfHost {
  const decoded = decodePartial(question, bytes, memory)
  if (!decoded.ok) return { ok: false, why: `its answer is not understood: ${decoded.why}` }
  const { partial } = decoded
  const [coverage] = partial.coverage
  if (!coverage || partial.coverage.length > 1 || coverage.host !== name)
    return { ok: false, why: 'it answers for another host' }
  const hostKeys = question.by.flatMap((key, i) =>
    key.kind === 'field' && key.field === 'host' ? [i] : [],
  )
  const isForeign = hostKeys.some((i) => {
    const { words, at } = partial.groups.keys[i]!
    return [...new Set(at)].some((place) => wordAt(words, place) !== name)
  })
  return isForeign ? { ok: false, why: 'it answers for another host' } : { ok: true, partial }
}
