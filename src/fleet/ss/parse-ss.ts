import { parseAddress } from '../../model/address.ts'
import { cleanText } from '../../model/clean-text.ts'
import { flowFlag, type FlowRecord, type TcpState } from '../../model/flow.ts'
import { limits } from '../../model/limits.ts'
import type { Owner } from '../../model/owner.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'

/** Open sockets with their owners, counters and cgroups, one a line; then the names of the accounts. */
export const ssCommand = 'LC_ALL=C ss -tuinpeOH && echo accounts && getent passwd'

/** What `ss` calls the states that have a remote end. */
const states: Readonly<Record<string, TcpState>> = {
  ESTAB: 'established',
  'SYN-SENT': 'syn-sent',
  'SYN-RECV': 'syn-recv',
  'FIN-WAIT-1': 'fin-wait-1',
  'FIN-WAIT-2': 'fin-wait-2',
  'TIME-WAIT': 'time-wait',
  'CLOSE-WAIT': 'close-wait',
  'LAST-ACK': 'last-ack',
  CLOSING: 'closing',
}
const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17 }

/**
 * Flows of what `ssCommand` prints, as of `at`. Counters are since each connection began, those of UDP are not told.
 * Lines that are not understood are no sockets; text is cleaned.
 */
export function parseSs(text: string, at: HostTime): readonly FlowRecord[] {
  const [sockets = '', accounts = ''] = text.split(/^accounts$/m)
  const names = new Map(accounts.split('\n').flatMap(accountOf))
  return sockets
    .split('\n', limits.flowsMax)
    .flatMap((line, i) => flowOf(line, { at, names, number: i + 1 }))
}

const accountOf = (line: string): [number, string][] => {
  const [name = '', , uid = ''] = line.split(':')
  return /^\d+$/.test(uid) ? [[Number(uid), cleanText(name, limits.nameLength)]] : []
}

interface Context {
  readonly at: HostTime
  readonly names: ReadonlyMap<number, string>
  readonly number: number
}

function flowOf(line: string, { at, names, number }: Context): FlowRecord[] {
  const [protocol = '', state = '', , , local = '', remote = '', ...rest] = line.trim().split(/ +/)
  const [here, there] = [endpointOf(local), endpointOf(remote)]
  const ipProtocol = protocols[protocol]
  if (ipProtocol === undefined || !here || !there) return []
  const told = rest.join(' ')
  const tcpState = protocol === 'tcp' ? states[state] : 'none'
  if (tcpState === undefined) return []
  const value = (name: string) => Number(new RegExp(`(?:^| )${name}:(\\d+)`).exec(told)?.[1] ?? 0)
  const acknowledged = value('bytes_acked')
  return [
    {
      id: number,
      start: at,
      end: at,
      protocol: ipProtocol,
      localAddress: here.address,
      localPort: here.port,
      remoteAddress: there.address,
      remotePort: there.port,
      direction: 'unknown',
      owner: ownerOf(told, names),
      actor: undefined,
      netns: 0,
      // The SYN counts among what was acknowledged.
      txBytes: Math.max(0, acknowledged - 1),
      rxBytes: value('bytes_received'),
      txPackets: value('segs_out'),
      rxPackets: value('segs_in'),
      rttUs: Math.round(1000 * Number(/(?:^| )rtt:([\d.]+)/.exec(told)?.[1] ?? 0)),
      retransmits: Number(/(?:^| )retrans:\d+\/(\d+)/.exec(told)?.[1] ?? 0),
      state: tcpState,
      endReason: 'open',
      flags: flowFlag.partial,
    },
  ]
}

/** `10.0.0.1:22`, `[::1]:22`, `10.0.0.1%eth0:68`; undefined of `*`, which is nobody yet. */
function endpointOf(
  text: string,
): { readonly address: Uint8Array; readonly port: number } | undefined {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(text) ?? []
  const address = parseAddress(host.replace(/%[^\]]*/, '').replace(/^\[(.*)\]$/, '$1'))
  return address && Number(port) <= 0xffff ? { address, port: Number(port) } : undefined
}

function ownerOf(told: string, names: ReadonlyMap<number, string>): Owner {
  const uid = Number(/(?:^| )uid:(\d+)/.exec(told)?.[1] ?? 0)
  const user = names.get(uid) ?? String(uid)
  const [, process, pid] = /(?:^| )users:\(\("(.*?)",pid=(\d+),fd=\d+\)/.exec(told) ?? []
  if (process === undefined)
    return { kind: 'unknown', why: 'ss may not tell this user', account: { uid, user } }
  return {
    kind: 'process',
    pid: Number(pid),
    start: hostTime(0),
    parentPid: 0,
    process: cleanText(process, limits.nameLength),
    exe: '',
    uid,
    user,
    cgroup: cleanText(/(?:^| )cgroup:(\S+)/.exec(told)?.[1] ?? '', limits.pathLength),
    container: '',
  }
}
