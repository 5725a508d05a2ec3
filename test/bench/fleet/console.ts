import { readFileSync } from 'node:fs'
import { markSeldom } from '../../../src/cli/lean-memory.ts'
import { answerOfHost } from '../../../src/fleet/answer-of-host.ts'
import { Fleet } from '../../../src/fleet/fleet.ts'
import { SshConnections } from '../../../src/fleet/ssh/connections.ts'
import { seconds } from '../../../src/model/quantity.ts'
import { finalise } from '../../../src/query/aggregate/finalise.ts'
import { PartialMerging } from '../../../src/query/aggregate/merge-partials.ts'
import { ColumnMemory } from '../../../src/query/encoding/answer-columns.ts'
import { encodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { cannedQuestion } from './canned-answer.ts'
import { coreWaitMs } from './core-wait.ts'

/**
 * Run beside the hosts: CONFIG COMMAND GROUPS WARM HOST... Prints one measurement of each question, the first one cold;
 * with no groups of the logins alone.
 */
markSeldom()
const [, , config = '', command = '', groups = '', warm = '', ...hosts] = process.argv
const ssh = new SshConnections(
  { configFile: config, home: '/nonexistent' },
  { agentSocket: undefined, askSecret: async () => undefined },
)
const fleet = new Fleet({
  hosts,
  connect: (name) => ssh.connect(name),
  command,
  greeting: { ...spoken, version: 'bench' },
  close: () => ssh.close(),
})
const question = cannedQuestion(Number(groups))
const bytes = encodeQuestion(question)

/** Of this process, and of those that it has waited for (`ssh -G`). */
function cpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ')
  // utime stime cutime cstime, in hundredths of a second; user and system of ourselves are known finer.
  const children = 10 * (Number(fields[13]) + Number(fields[14]))
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + children
}

/** All that `e2etop top` does between the question and the table; gives the bytes of all answers. */
async function ask(heard: () => void): Promise<number> {
  const merging = new PartialMerging(question)
  const memory = new ColumnMemory()
  let answerBytes = 0
  await Promise.all(
    fleet.members.map(async (member) => {
      const told = await member.ask(bytes, seconds(60))
      if (told.kind === 'silent') throw new Error(`${member.name}: ${told.silence.why}`)
      const said = { name: member.name, bytes: told.answer }
      const answer = answerOfHost(question, said, memory)
      if (!answer.ok) throw new Error(answer.why)
      merging.add(answer.partial)
      answerBytes += told.answer.length
      heard()
    }),
  )
  finalise(question, merging.merged(), 20)
  return answerBytes
}

async function open(heard: () => void): Promise<number> {
  await Promise.all(
    fleet.members.map(async (member) => {
      const opened = await member.open()
      if (opened.kind === 'failed') throw new Error(`${member.name}: ${opened.silence.why}`)
      heard()
    }),
  )
  return 0
}

const results = []
for (let i = 0; i <= Number(warm); i++) {
  const begun = performance.now()
  const [cpu, wait] = [cpuMs(), coreWaitMs()]
  let first: number | undefined
  const heard = () => void (first ??= performance.now() - begun)
  const answerBytes = await (groups === '0' ? open(heard) : ask(heard))
  const last = performance.now() - begun
  const coreWait = coreWaitMs() - wait
  const cpuAHost = (cpuMs() - cpu) / hosts.length
  results.push({ first, last, coreWait, cpuAHost, kilobytes: answerBytes / hosts.length / 1000 })
  await new Promise((done) => setTimeout(done, 200))
}
console.log(JSON.stringify(results))
fleet.close()
process.exit()
