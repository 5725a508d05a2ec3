import { spawn } from 'node:child_process'
import { HostConversation } from '../../../src/fleet/conversation.ts'
import { hostTime, millis, seconds } from '../../../src/model/quantity.ts'
import { encodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { program } from '../../e2e/run-program.ts'
import { cpuMsOf } from '../monitors.ts'
import { datasetOf, dayMs, days, startMs } from '../query/dataset.ts'
import { ours } from '../query/ours.ts'
import { cannedQuestion, groupsOf } from './canned-answer.ts'

const warmQuestions = 20
const warmingUp = 3

/** What one question costs a host: CPU of a real `e2etop serve --stdio` and its worker, of the whole log and of a day. */
export async function hostCost(records: number): Promise<readonly string[][]> {
  const log = await ours.prepare(datasetOf(records))
  const rows: string[][] = []
  for (const [name, span] of [
    ['a day', dayMs],
    ['all 14 days', days * dayMs],
  ] as const) {
    const words = [program, 'serve', '--stdio', '--data-dir', log]
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<{ exitCode: number | undefined; complaint: string }>((resolve) =>
      child.once('exit', (code) => resolve({ exitCode: code ?? undefined, complaint: '' })),
    )
    const conversation = new HostConversation(
      { fromHost: child.stdout, toHost: child.stdin, ended, close: () => child.kill() },
      { ...spoken, version: 'bench', host: 'host', at: hostTime(Date.now()) },
    )
    await conversation.opened
    const range = { from: hostTime(startMs + dayMs), to: hostTime(startMs + dayMs + span) }
    const question = encodeQuestion({ ...cannedQuestion(groupsOf[50]), range })
    let kilobytes = 0
    const ask = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const reply = await conversation.ask(question, seconds(60))
        if (reply.kind !== 'answer') throw new Error(reply.kind)
        kilobytes = reply.answer.length / 1000
      }
    }
    await ask(warmingUp)
    const before = cpuMsOf(child.pid!)
    const begun = performance.now()
    await ask(warmQuestions)
    const wall = millis((performance.now() - begun) / warmQuestions)
    const cpu = (cpuMsOf(child.pid!) - before) / warmQuestions
    rows.push([
      `${records} records, ${name}`,
      kilobytes.toFixed(1),
      wall.toFixed(0),
      cpu.toFixed(1),
    ])
    conversation.close()
  }
  return rows
}
