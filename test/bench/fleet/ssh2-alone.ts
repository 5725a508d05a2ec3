import { readFileSync } from 'node:fs'
import type { ClientChannel } from 'ssh2'
import { Client } from '../../../src/fleet/ssh/ssh2.ts'
import { coreWaitMs } from './core-wait.ts'

/**
 * The same bytes over the same connections without anything of e2etop: KEY COMMAND BYTES WARM ADDRESS... To each host a
 * line with the number of bytes is written, and as many read. Prints as `console.ts` does; the first ones are not cold.
 */
const [, , key = '', command = '', bytes = '', warm = '', ...addresses] = process.argv

/** So many logins at once as sshd of one slow machine stand. */
const atOnce = 16
const channels: ClientChannel[] = []
for (let from = 0; from < addresses.length; from += atOnce)
  channels.push(...(await Promise.all(addresses.slice(from, from + atOnce).map(open))))

function open(address: string): Promise<ClientChannel> {
  const client = new Client()
  return new Promise((resolve, reject) => {
    client.once('error', reject)
    client.once('ready', () =>
      client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))),
    )
    client.connect({ host: address, username: 'root', privateKey: readFileSync(key) })
  })
}

function ask(channel: ClientChannel, heard: () => void): Promise<void> {
  let left = Number(bytes)
  return new Promise((resolve) => {
    const take = (piece: Buffer) => {
      left -= piece.length
      if (left > 0) return
      channel.off('data', take)
      heard()
      resolve()
    }
    channel.on('data', take)
    channel.write(`${bytes}\n`)
  })
}

const results = []
for (let i = 0; i <= Number(warm); i++) {
  const begun = performance.now()
  const [cpu, wait] = [process.cpuUsage(), coreWaitMs()]
  let first: number | undefined
  await Promise.all(
    channels.map((channel) => ask(channel, () => void (first ??= performance.now() - begun))),
  )
  const last = performance.now() - begun
  const coreWait = coreWaitMs() - wait
  const { user, system } = process.cpuUsage(cpu)
  const cpuAHost = (user + system) / 1000 / channels.length
  results.push({ first, last, coreWait, cpuAHost, kilobytes: Number(bytes) / 1000 })
  await new Promise((done) => setTimeout(done, 200))
}
console.log(JSON.stringify(results))
process.exit()
