import { readFileSync } from 'node:fs'
import { answerOfHost } from '../../../src/fleet/answer-of-host.ts'
import { Fleet } from '../../../src/fleet/fleet.ts'
import { SshConnections } from '../../../src/fleet/ssh/connections.ts'
import { seconds } from '../../../src/model/quantity.ts'
import { PartialMerging } from '../../../src/query/aggregate/merge-partials.ts'
import { encodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { cannedQuestion } from './canned-answer.ts'

/** Run beside the hosts: CONFIG COMMAND GROUPS WARM HOST... Prints one measurement of each question, the first one cold. */
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

async function asked() {
  const begun = performance.now()
  const cpu = cpuMs()
  const merging = new PartialMerging(question)
  const heard: number[] = []
  let answerBytes = 0
  await Promise.all(
    fleet.members.map(async (member) => {
      const told = await member.ask(bytes, seconds(60))
      if (told.kind === 'silent') throw new Error(`${member.name}: ${told.silence.why}`)
      const answer = answerOfHost(question, told.answer, member.name)
      if (!answer.ok) throw new Error(answer.why)
      merging.add(answer.partial)
      heard.push(performance.now() - begun)
      answerBytes += told.answer.length
    }),
  )
  merging.merged()
  return {
    first: Math.min(...heard),
    last: performance.now() - begun,
    cpuAHost: (cpuMs() - cpu) / hosts.length,
    kilobytes: answerBytes / hosts.length / 1000,
  }
}

const results = []
for (let i = 0; i <= Number(warm); i++) {
  results.push(await asked())
  await new Promise((done) => setTimeout(done, 300))
}
console.log(JSON.stringify(results))
fleet.close()
process.exit()
