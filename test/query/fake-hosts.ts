import { PartialMerging } from '../../src/query/aggregate/merge-partials.ts'
import type { Asking } from '../../src/query/asking.ts'
import { ColumnMemory } from '../../src/query/encoding/answer-columns.ts'
import { decodePartial, encodePartial } from '../../src/query/encoding/partial-bytes.ts'
import type { Question } from '../../src/query/question.ts'
import { answerOf, type Row } from './aggregate/host-rows.ts'

/** Hosts that hold these rows and whose answers travel, and how often they were asked. */
export function hostsOf(hosts: readonly (readonly Row[])[]) {
  const asked: Question[] = []
  let bytesMost = 0
  const asking: Pick<Asking, 'ask'> = {
    async ask(question) {
      asked.push(question)
      const [merging, memory] = [new PartialMerging(question), new ColumnMemory()]
      for (const [i, rows] of hosts.entries()) {
        const sent = encodePartial(question, answerOf(question, `host${i}`, rows))
        if (asked.length === 1) bytesMost = Math.max(bytesMost, sent.length)
        const heard = decodePartial(question, sent, memory)
        if (!heard.ok) throw new Error(heard.why)
        merging.add(heard.partial)
      }
      return { partial: merging.merged(), silent: [] }
    },
  }
  return { asking, rounds: () => asked.length, bytesMost: () => bytesMost }
}
