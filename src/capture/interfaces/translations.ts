import { closeSync, openSync, readSync } from 'node:fs'
import { parseAddress } from '../../model/address.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { wireLimits } from '../../model/wire-limits.ts'

/** The ends of a flow, whoever looks at it. */
export type FlowEnds = Pick<
  FlowRecord,
  'protocol' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'
>

/** A flow that has other ends once it has passed this host: NAT. `inner` are those that whoever opened it knows. */
export interface Translation {
  readonly inner: FlowEnds
  readonly outer: FlowEnds
}

const conntrack = '/proc/self/net/nf_conntrack'

/** The kernel's table of connections, opened as root and read later: entries outlive their flows for some time. */
export class Translations {
  readonly #fd: number | undefined

  constructor() {
    this.#fd = openIfThere()
  }

  /** None where the kernel has no such table, or not as a file. */
  read(): readonly Translation[] {
    return this.#fd === undefined ? [] : parseTranslations(textOf(this.#fd))
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
  }
}

function openIfThere(): number | undefined {
  try {
    return openSync(conntrack, 'r')
  } catch {
    // No connection tracking, or none of it in /proc.
    return undefined
  }
}

/** From its beginning, at most so much of it. */
function textOf(fd: number): string {
  const buffer = Buffer.alloc(64 * 1024)
  const pieces: string[] = []
  let at = 0
  while (at < wireLimits.conntrackBytesMax) {
    const count = readSync(fd, buffer, 0, buffer.length, at)
    if (count === 0) break
    pieces.push(buffer.toString('latin1', 0, count))
    at += count
  }
  return pieces.join('')
}

/** The entries of /proc/net/nf_conntrack whose answers do not simply come back to whoever asked. */
export function parseTranslations(text: string): readonly Translation[] {
  const found: Translation[] = []
  for (const line of text.split('\n')) {
    const protocol = Number(line.trim().split(/\s+/)[3])
    const fields = [...line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)].map(([, key, value]) => ({
      key: key!,
      value: value!,
    }))
    const answerAt = fields.findIndex(({ key }, i) => i > 0 && key === 'src')
    const asked = endsOf(protocol, fields.slice(0, answerAt))
    const answered = endsOf(protocol, fields.slice(answerAt))
    if (!asked || !answered) continue
    const outer = reversed(answered)
    if (!isSame(asked, outer)) found.push({ inner: asked, outer })
  }
  return found
}

type Field = { readonly key: string; readonly value: string }

function endsOf(protocol: number, fields: readonly Field[]): FlowEnds | undefined {
  const of = (name: string) => fields.find(({ key }) => key === name)?.value ?? ''
  const localAddress = parseAddress(of('src'))
  const remoteAddress = parseAddress(of('dst'))
  if (!localAddress || !remoteAddress || !Number.isInteger(protocol)) return undefined
  const localPort = Number(of('sport'))
  const remotePort = Number(of('dport'))
  return { protocol, localAddress, localPort, remoteAddress, remotePort }
}

const reversed = (ends: FlowEnds): FlowEnds => ({
  protocol: ends.protocol,
  localAddress: ends.remoteAddress,
  localPort: ends.remotePort,
  remoteAddress: ends.localAddress,
  remotePort: ends.localPort,
})

const isSame = (a: FlowEnds, b: FlowEnds): boolean =>
  a.localPort === b.localPort &&
  a.remotePort === b.remotePort &&
  Buffer.compare(a.localAddress, b.localAddress) === 0 &&
  Buffer.compare(a.remoteAddress, b.remoteAddress) === 0
