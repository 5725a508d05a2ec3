/**
 * Run as an unprivileged user by loopback.test.ts: opens the real source, makes connections with known totals to
 * itself, and prints what the source said of them as JSON.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSockdiagSource } from '../../../src/capture/sockdiag/sockdiag-source.ts'
import { formatAddress } from '../../../src/model/address.ts'
import type { Owner } from '../../../src/model/owner.ts'
import type { FlowSample } from '../../../src/model/sample.ts'

/** One report of the source, with the case that its port belongs to. */
export interface Heard {
  readonly name: string
  readonly end: 'client' | 'server'
  readonly local: string
  readonly txBytes: number
  readonly rxBytes: number
  readonly direction: string
  readonly closed: boolean
  readonly partial: boolean
  readonly owner: Owner
}
export interface ChildReport {
  readonly pid: number
  readonly heard: readonly Heard[]
  readonly foreign: readonly Owner[]
  readonly blind: readonly string[]
}

interface Connection {
  readonly server: Server
  readonly client: Socket
  readonly accepted: Socket
}

const names = new Map<number, string>()
const heard: Heard[] = []
const foreign: Owner[] = []
/** A connection of the parent, which is another user. */
const foreignPort = Number(process.argv[2])

/** `host`: where the server listens, `to`: what the client connects to. */
async function open(name: string, host: string, to: string): Promise<Connection> {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  names.set(port, name)
  const client = connect(port, to)
  const [accepted] = (await once(server, 'connection')) as [Socket]
  if (client.connecting) await once(client, 'connect')
  return { server, client, accepted }
}

async function send(from: Socket, to: Socket, bytes: number): Promise<void> {
  let left = bytes
  const all = new Promise<void>((resolve) => {
    const count = (chunk: Buffer) => {
      left -= chunk.length
      if (left > 0) return
      to.off('data', count)
      resolve()
    }
    to.on('data', count)
  })
  from.write(Buffer.alloc(bytes))
  await all
}

async function close(first: Socket, second: Socket): Promise<void> {
  second.resume()
  const closed = once(second, 'close')
  first.destroy()
  await closed
}

function note(sample: FlowSample): void {
  if ([sample.localPort, sample.remotePort].includes(foreignPort)) foreign.push(sample.owner)
  const name = names.get(sample.localPort) ?? names.get(sample.remotePort)
  if (name === undefined) return
  const { txBytes, rxBytes, direction, closed, partial, owner } = sample
  const end = names.has(sample.localPort) ? 'server' : 'client'
  const local = formatAddress(sample.localAddress)
  heard.push({ name, end, local, txBytes, rxBytes, direction, closed, partial, owner })
}

const old = await open('older than capture', '127.0.0.1', '127.0.0.1')
await send(old.client, old.accepted, 123_456)
const capture = openSockdiagSource()
capture.poll(note)
await send(old.client, old.accepted, 50_000)
await send(old.accepted, old.client, 7)

const polled = [
  { ...(await open('v4', '127.0.0.1', '127.0.0.1')), first: 'client' },
  { ...(await open('v4, server closes first', '127.0.0.1', '127.0.0.1')), first: 'server' },
  { ...(await open('v6', '::1', '::1')), first: 'client' },
  { ...(await open('v4-mapped', '::', '127.0.0.1')), first: 'server' },
]
for (const { client, accepted } of polled) {
  await send(client, accepted, 1_000)
  await send(accepted, client, 300_000)
}
capture.drain(note)
capture.poll(note)

const short = { ...(await open('never polled', '127.0.0.1', '127.0.0.1')), first: 'client' }
await send(short.client, short.accepted, 1_000)
await send(short.accepted, short.client, 3_000)

const all = [{ ...old, first: 'client' }, ...polled, short]
for (const { client, accepted, first } of all)
  await (first === 'client' ? close(client, accepted) : close(accepted, client))
// The kernel tells of a destroyed socket from a work queue, in its own time.
while (heard.filter(({ closed }) => closed).length < 2 * all.length) {
  await sleep(10)
  capture.drain(note)
}
const report: ChildReport = { pid: process.pid, heard, foreign, blind: capture.status().blind }
capture.close()
for (const { server } of all) server.close()
process.stdout.write(JSON.stringify(report))
