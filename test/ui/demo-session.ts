import { parseAddress } from '../../src/model/address.ts'
import type { CaptureStatus } from '../../src/model/capture-status.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { flowFlag } from '../../src/model/flow.ts'
import type { Owner } from '../../src/model/owner.ts'
import type { Interfaces } from '../../src/model/host-interface.ts'
import { asksForInterfaces } from '../../src/query/interfaces.ts'
import { hostTime, type Millis } from '../../src/model/quantity.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import { formatFilter } from '../../src/query/filter/format-filter.ts'
import type { Answer, Coverage, Query, Session } from '../../src/query/session.ts'
import { Totals } from '../../src/query/totals.ts'

const began = Date.UTC(2026, 2, 14, 15, 9, 26)

/** A whole capture by BPF. */
export const wholeCapture: CaptureStatus = {
  source: 'bpf',
  since: hostTime(began),
  sees: ['tcp', 'udp', 'raw', 'pid', 'actor', 'short', 'peers', 'netns'],
  blind: [],
  lost: [],
}

/** A capture without root: it says what it cannot see, and that it lost something. */
export const blindCapture: CaptureStatus = {
  ...wholeCapture,
  source: 'sockdiag',
  sees: ['tcp', 'pid'],
  blind: [
    'UDP is not seen: the kernel shows no byte counters for it without BPF. Run as root on a kernel with BTF.',
    'Flows shorter than a second can be missed: sock_diag is polled. Run as root on a kernel with BTF.',
  ],
  lost: [{ reason: 'ring-full', count: 1234, last: hostTime(began + 4000) }],
}

export const wholeCoverage: Coverage = {
  host: 'web1',
  from: hostTime(began),
  to: hostTime(began),
  capture: wholeCapture,
  gaps: [],
  attached: false,
  flowsLetGo: 0,
  stale: undefined,
}

const demoInterfaces: Interfaces = {
  known: [
    { netns: 4_026_531_840, isOwn: true, name: 'lo', addresses: ['127.0.0.1', '::1'] },
    { netns: 4_026_531_840, isOwn: true, name: 'eth0', addresses: ['192.0.2.10', '2001:db8::10'] },
  ],
  missing: [],
}

export const processOwner = (process: string, pid: number, user: string): Owner => ({
  kind: 'process',
  pid,
  start: hostTime(began - 3_600_000),
  parentPid: 1,
  process,
  exe: `/usr/sbin/${process}`,
  uid: 1000,
  user,
  cgroup: `/system.slice/${process}.service`,
  container: '',
})

/** A flow with what matters to a test; the rest is usual. */
export function flowOf(fields: Partial<FlowRecord> & { readonly id: number }): FlowRecord {
  return {
    start: hostTime(began),
    end: hostTime(began),
    protocol: 6,
    localAddress: address('192.0.2.10'),
    localPort: 443,
    remoteAddress: address('203.0.113.7'),
    remotePort: 50_000,
    direction: 'inbound',
    owner: processOwner('nginx', 812, 'www-data'),
    actor: undefined,
    netns: 0,
    txBytes: 0,
    rxBytes: 0,
    txPackets: 0,
    rxPackets: 0,
    rttUs: 0,
    retransmits: 0,
    state: 'established',
    endReason: 'open',
    flags: 0,
    ...fields,
  }
}

export function address(text: string): Uint8Array {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

/** Who talks on the demo host, and how much: bytes a second at most. */
const talkers = [
  { name: 'nginx', pid: 812, user: 'www-data', port: 443, tx: 900_000, rx: 40_000, flows: 14 },
  { name: 'postgres', pid: 1033, user: 'postgres', port: 5432, tx: 220_000, rx: 90_000, flows: 4 },
  { name: 'node', pid: 2210, user: 'api', port: 0, tx: 60_000, rx: 340_000, flows: 6 },
  { name: 'rsync', pid: 9120, user: 'backup', port: 0, tx: 11_000_000, rx: 30_000, flows: 1 },
  { name: 'sshd', pid: 700, user: 'alice', port: 22, tx: 2_000, rx: 900, flows: 2 },
  { name: 'prometheus', pid: 1501, user: 'prometheus', port: 0, tx: 1_200, rx: 64_000, flows: 5 },
  {
    name: 'systemd-resolve',
    pid: 611,
    user: 'systemd-resolve',
    port: 0,
    tx: 90,
    rx: 200,
    flows: 3,
  },
  { name: '日本語プロセス', pid: 4321, user: 'bücher', port: 0, tx: 5_000, rx: 7_000, flows: 2 },
  { name: 'python3', pid: 7777, user: 'mallory', port: 0, tx: 300, rx: 150_000, flows: 3 },
]

/** A small deterministic generator (Numerical Recipes' LCG), so that screens can be compared. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32
}

interface DemoFlow {
  record: FlowRecord
  readonly tx: number
  readonly rx: number
  readonly endsAt: number
}

/** A host that makes itself up: the same from the same seed, one second a step. */
export class DemoHost {
  readonly #random: () => number
  #flows: DemoFlow[] = []
  #nextId = 1
  #second = 0

  constructor(seed: number, flowsPerTalker = 1) {
    this.#random = randomNumbers(seed)
    for (const talker of talkers)
      for (let i = 0; i < talker.flows * flowsPerTalker; i++) this.#open(talker)
    this.step()
  }

  step(): void {
    this.#second += 1
    const now = hostTime(began + this.#second * 1000)
    this.#flows = this.#flows.filter((flow) => flow.endsAt > this.#second - 20)
    for (const flow of this.#flows) if (flow.record.endReason === 'open') this.#grow(flow, now)
    while (this.#flows.filter((flow) => flow.record.endReason === 'open').length < 36) {
      const talker = talkers[Math.floor(this.#random() * talkers.length)]
      if (talker) this.#open(talker)
    }
  }

  answer(query: Query, capture: CaptureStatus = wholeCapture): Answer {
    const all = this.#flows.map((flow) => flow.record)
    const { where } = query
    const flows = where ? all.filter(flowPredicate(where)) : all
    const coverage: Coverage = {
      ...wholeCoverage,
      to: hostTime(began + this.#second * 1000),
      capture,
      ...(asksForInterfaces(query) ? { interfaces: demoInterfaces } : {}),
      ...(where ? { filter: { text: formatFilter(where), flowsUntested: 0 } } : {}),
    }
    if (query.kind === 'flows') return { coverage, rows: { kind: 'flows', flows } }
    const totals = new Totals(query.by, coverage.host)
    for (const flow of flows) totals.add(flow)
    return { coverage, rows: { kind: 'totals', groups: totals.groups() } }
  }

  #open({ name, pid, user, port, tx, rx }: (typeof talkers)[number]): void {
    const random = this.#random
    const long = random() < 0.7
    const ipv6 = random() < 0.2
    const byte = () => Math.floor(random() * 254) + 1
    const remote = ipv6 ? `2001:db8:${byte()}::${byte()}:${byte()}` : `203.0.113.${byte()}`
    const ephemeral = 32_768 + Math.floor(random() * 28_000)
    const isDns = name === 'systemd-resolve'
    this.#flows.push({
      tx: tx * random() ** 2,
      rx: rx * random() ** 2,
      endsAt: this.#second + (long ? 60 + random() * 600 : 1 + random() * 10),
      record: flowOf({
        id: this.#nextId++,
        start: hostTime(began + this.#second * 1000),
        protocol: isDns ? 17 : 6,
        localAddress: address(ipv6 ? '2001:db8::10' : '192.0.2.10'),
        localPort: port || ephemeral,
        remoteAddress: address(remote),
        remotePort: port ? ephemeral : isDns ? 53 : 443,
        direction: port ? 'inbound' : 'outbound',
        owner: processOwner(name, pid, user),
        rttUs: isDns ? 0 : Math.floor(200 + random() * 40_000),
        state: isDns ? 'none' : 'established',
        flags: name === 'postgres' ? flowFlag.loopback : 0,
      }),
    })
  }

  #grow(flow: DemoFlow, now: FlowRecord['end']): void {
    const swing = this.#random() < 0.3 ? 0 : 0.5 + this.#random()
    const ended = this.#second >= flow.endsAt
    flow.record = {
      ...flow.record,
      end: now,
      txBytes: flow.record.txBytes + Math.floor(flow.tx * swing),
      rxBytes: flow.record.rxBytes + Math.floor(flow.rx * swing),
      // A queue that fills and empties, without a number drawn for it.
      rttUs: Math.floor(
        flow.record.rttUs * (1 + Math.sin(this.#second * 1.7 + flow.record.id) / 20),
      ),
      endReason: ended ? 'end detected' : 'open',
      state: ended && flow.record.protocol === 6 ? 'closed' : flow.record.state,
    }
  }
}

/** A session over a demo host that lives in real time. */
export function demoSession(host: DemoHost, capture: CaptureStatus = wholeCapture): Session {
  const timer = setInterval(() => host.step(), 1000)
  return {
    ask: (query) => Promise.resolve(host.answer(query, capture)),
    async *watch(query: Query, every: Millis) {
      for (;;) {
        yield host.answer(query, capture)
        await new Promise((resolve) => setTimeout(resolve, every))
      }
    },
    close: () => clearInterval(timer),
  }
}
