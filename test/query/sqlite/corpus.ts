import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatAddress, parseAddress } from '../../../src/model/address.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { decodeQuestion, encodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import type { Question } from '../../../src/query/question.ts'

/** A question and the records that it was once answered wrong of, or could be. */
export interface Entry {
  readonly name: string
  readonly question: Question
  readonly flows: readonly FlowRecord[]
}

const folder = 'test/corpus/questions'

/** As a file of the corpus, to be committed when a run finds it. */
export function entryText(question: Question, flows: readonly FlowRecord[]): string {
  const told = JSON.parse(new TextDecoder().decode(encodeQuestion(question))) as unknown
  const plain = flows.map(({ localAddress, remoteAddress, ...flow }) => ({
    ...flow,
    localAddress: formatAddress(localAddress),
    remoteAddress: formatAddress(remoteAddress),
  }))
  return JSON.stringify({ question: told, flows: plain }, undefined, 1)
}

export function corpus(): readonly Entry[] {
  return readdirSync(folder).map((name) => {
    const { question, flows } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      question: object
      flows: Record<string, unknown>[]
    }
    const decoded = decodeQuestion(new TextEncoder().encode(JSON.stringify(question)))
    if (!decoded.ok) throw new Error(`${name}: ${decoded.why}`)
    return {
      name,
      question: decoded.question,
      flows: flows.map((flow) => ({
        ...(flow as unknown as FlowRecord),
        actor: flow['actor'] as FlowRecord['actor'],
        localAddress: parseAddress(String(flow['localAddress']))!,
        remoteAddress: parseAddress(String(flow['remoteAddress']))!,
      })),
    }
  })
}
