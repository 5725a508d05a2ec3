/**
 * Makes test/corpus/demo.samples.jsonl, the recording that tests of the monitor and demos play:
 *
 *     npx tsx test/tools/make-demo-recording.ts
 *
 * Half a minute of an invented host, the same bytes on every run.
 */
import { createWriteStream } from 'node:fs'
import { encodeSample, encodeStatus } from '../../src/capture/replay/recording.ts'
import { parseAddress } from '../../src/model/address.ts'
import type { Direction } from '../../src/model/flow.ts'
import { tcpStates, type TcpState } from '../../src/model/flow.ts'
import { kernelOwner, type Owner, type ProcessOwner } from '../../src/model/owner.ts'
import { hostTime } from '../../src/model/quantity.ts'
import type { FlowSample } from '../../src/model/sample.ts'

/** The recording begins here; only differences are written. */
const start = hostTime(1_700_000_000_000)
const lengthMs = 30_000
const containerA = 'docker-3f2a9c51d0be8e7744aa10cf6f0b9d3c2e1f00998877665544332211aabbccdd.scope'
const hostNetns = 4_026_531_840
const dockerNetns = 4_026_532_500

function owner(change: Partial<ProcessOwner> & { process: string; pid: number }): ProcessOwner {
  return {
    kind: 'process',
    start: hostTime(start - 3_600_000 + change.pid * 10),
    parentPid: 1,
    exe: `/usr/bin/${change.process}`,
    uid: 0,
    user: 'root',
    cgroup: '/',
    container: '',
    ...change,
  }
}

const alice = { uid: 1000, user: 'alice', cgroup: '/user.slice/user-1000.slice/session-3.scope' }
const bob = { uid: 1001, user: 'bob', cgroup: '/user.slice/user-1001.slice/session-7.scope' }
const inDocker = { cgroup: `/system.slice/${containerA}`, container: 'docker:3f2a9c51d0be' }
const unit = (name: string) => ({
  cgroup: `/system.slice/${name}`,
  container: `unit:${name}`,
})

const nginx = owner({
  process: 'nginx',
  pid: 812,
  exe: '/usr/sbin/nginx',
  ...unit('nginx.service'),
})
const nginxWorker = owner({
  ...nginx,
  pid: 815,
  parentPid: 812,
  uid: 33,
  user: 'www-data',
})
const postgres = owner({
  process: 'postgres',
  pid: 901,
  uid: 105,
  user: 'postgres',
  exe: '/usr/lib/postgresql/15/bin/postgres',
  ...unit('postgresql@15-main.service'),
})
const sshd = owner({ process: 'sshd', pid: 640, exe: '/usr/sbin/sshd', ...unit('ssh.service') })
const resolver = owner({
  process: 'systemd-resolve',
  pid: 431,
  uid: 991,
  user: 'systemd-resolve',
  exe: '/usr/lib/systemd/systemd-resolved',
  ...unit('systemd-resolved.service'),
})
const openvpn = owner({
  process: 'openvpn',
  pid: 700,
  exe: '/usr/sbin/openvpn',
  ...unit('vpn.service'),
})
const redis = owner({ process: 'redis-server', pid: 2044, uid: 999, user: 'redis', ...inDocker })
const api = owner({ process: 'node', pid: 2101, uid: 1000, user: 'alice', ...inDocker })
const firefox = owner({ process: 'firefox-esr', pid: 3300, ...alice })
const curl = owner({ process: 'curl', pid: 4711, ...alice })
const git = owner({
  process: 'git-remote-http',
  pid: 4800,
  exe: '/usr/lib/git-core/git-remote-http',
  ...bob,
})
const rsync = owner({ process: 'rsync', pid: 5100, ...bob })
const chrony = owner({
  process: 'chronyd',
  pid: 555,
  uid: 110,
  user: '_chrony',
  ...unit('chrony.service'),
})

/** Names as a hostile or merely foreign process may choose; reading the recording cleans them. */
const hostileNames = [
  '\u001b[2J\u001b[31mpwned',
  'evil\u202egpj.exe',
  '日本語プロセス',
  'two\nlines\ttab',
  'zero\u200bwidth',
]

interface Plan {
  readonly owner: Owner
  readonly actor?: Owner
  readonly protocol?: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  readonly direction?: Direction
  /** ms since the recording began; negative: older, so partial. */
  readonly opens: number
  /** Undefined: still open at the end. */
  readonly closes?: number
  readonly txPerSecond: number
  readonly rxPerSecond: number
  readonly rttUs?: number
  readonly state?: TcpState
  readonly carrier?: boolean
  readonly netns?: number
}

const host4 = '192.0.2.10'
const host6 = '2001:db8::10'

const interfaces = [
  { netns: hostNetns, isOwn: true, name: 'lo', addresses: ['127.0.0.1', '::1'] },
  { netns: hostNetns, isOwn: true, name: 'eth0', addresses: [host4, host6] },
  { netns: dockerNetns, isOwn: false, name: 'lo', addresses: ['127.0.0.1'] },
  { netns: dockerNetns, isOwn: false, name: 'eth0', addresses: ['172.17.0.2'] },
]

const servers: readonly Plan[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i): Plan => ({
    owner: nginx,
    actor: nginxWorker,
    local: i % 3 === 2 ? host6 : host4,
    localPort: 443,
    remote: i % 3 === 2 ? `2001:db8:a::${i + 1}` : `198.51.100.${20 + i}`,
    remotePort: 50_000 + 7 * i,
    direction: 'inbound',
    opens: i * 1_900,
    ...(i % 2 ? { closes: i * 1_900 + 9_000 } : {}),
    txPerSecond: 40_000 * (i + 1),
    rxPerSecond: 900 * (i + 1),
    rttUs: 18_000 + 2_500 * i,
  })),
  {
    owner: sshd,
    local: host4,
    localPort: 22,
    remote: '203.0.113.5',
    remotePort: 61_022,
    direction: 'inbound',
    opens: -600_000,
    txPerSecond: 2_400,
    rxPerSecond: 310,
    rttUs: 31_000,
  },
  {
    owner: sshd,
    local: host6,
    localPort: 22,
    remote: '2001:db8:b::77',
    remotePort: 40_122,
    direction: 'inbound',
    opens: 12_000,
    closes: 26_500,
    txPerSecond: 5_000,
    rxPerSecond: 700,
    rttUs: 44_000,
  },
]

/** Both ends of connections on this host: two flows each. */
const pairs: readonly Plan[] = [0, 1, 2, 3].flatMap((i): Plan[] => {
  const port = 41_000 + i
  const [client, server, serverPort] = i < 2 ? [api, redis, 6379] : [nginxWorker, postgres, 5432]
  const common = { opens: i * 800, rttUs: 35, ...(i === 3 ? { closes: 20_000 } : {}) }
  const netns = i < 2 ? dockerNetns : hostNetns
  return [
    {
      ...common,
      netns,
      owner: client,
      local: '127.0.0.1',
      localPort: port,
      remote: '127.0.0.1',
      remotePort: serverPort,
      direction: 'outbound',
      txPerSecond: 12_000,
      rxPerSecond: 90_000,
    },
    {
      ...common,
      netns,
      owner: server,
      local: '127.0.0.1',
      localPort: serverPort,
      remote: '127.0.0.1',
      remotePort: port,
      direction: 'inbound',
      txPerSecond: 90_000,
      rxPerSecond: 12_000,
    },
  ]
})

/** Of nobody, but for the last ones, so that there are countries and AS to be seen: Wikipedia's, a mirror's, Debian's. */
const sites = [
  '198.51.100.90',
  '2001:db8:d::1',
  '198.51.100.92',
  '2a02:ec80:300:ed1a::1',
  '141.76.2.4',
  '2001:41c8:1000:21::21:4',
]

const clients: readonly Plan[] = [
  {
    owner: curl,
    local: host4,
    localPort: 38_000,
    remote: '198.51.100.80',
    remotePort: 443,
    direction: 'outbound',
    opens: 3_000,
    closes: 3_180,
    txPerSecond: 4_000,
    rxPerSecond: 60_000,
    rttUs: 9_000,
  },
  {
    owner: curl,
    local: host6,
    localPort: 38_002,
    remote: '2001:db8:c::1',
    remotePort: 80,
    direction: 'outbound',
    opens: 7_000,
    closes: 7_006,
    txPerSecond: 160_000,
    rxPerSecond: 500_000,
    rttUs: 8_000,
  },
  {
    owner: curl,
    local: host4,
    localPort: 38_004,
    remote: '203.0.113.99',
    remotePort: 8443,
    direction: 'outbound',
    opens: 9_000,
    closes: 9_001,
    txPerSecond: 0,
    rxPerSecond: 0,
    state: 'syn-sent',
  },
  {
    owner: git,
    local: host4,
    localPort: 38_100,
    remote: '140.82.121.4',
    remotePort: 443,
    direction: 'outbound',
    opens: 11_000,
    closes: 19_400,
    txPerSecond: 3_000,
    rxPerSecond: 2_400_000,
    rttUs: 12_000,
  },
  {
    owner: rsync,
    local: host4,
    localPort: 38_200,
    remote: '203.0.113.40',
    remotePort: 873,
    direction: 'outbound',
    opens: -90_000,
    txPerSecond: 11_000_000,
    rxPerSecond: 40_000,
    rttUs: 1_200,
  },
  ...[0, 1, 2, 3, 4, 5].map((i): Plan => ({
    owner: firefox,
    local: i % 2 ? host6 : host4,
    localPort: 39_000 + i,
    remote: sites[i]!,
    remotePort: 443,
    direction: 'outbound',
    opens: 1_000 * i + 250,
    ...(i > 3 ? { closes: 15_000 + 900 * i } : {}),
    txPerSecond: 1_500 + 300 * i,
    rxPerSecond: 45_000 * (6 - i),
    rttUs: 14_000 + 1_000 * i,
  })),
  ...hostileNames.map((process, i): Plan => ({
    owner: owner({ process, pid: 6000 + i, exe: `/tmp/${process}`, ...bob }),
    local: host4,
    localPort: 45_000 + i,
    remote: '203.0.113.66',
    remotePort: 4444,
    direction: 'outbound',
    opens: 2_000 + 500 * i,
    txPerSecond: 7_000 - 900 * i,
    rxPerSecond: 1_000 + i,
    rttUs: 90_000,
  })),
]

const datagrams: readonly Plan[] = [
  ...[0, 1, 2, 3, 4, 5].map((i): Plan => ({
    owner: resolver,
    protocol: 17,
    local: host4,
    localPort: 52_000 + i,
    remote: i % 2 ? '9.9.9.9' : '1.1.1.1',
    remotePort: 53,
    direction: 'outbound',
    opens: 2_900 + 3_100 * i,
    closes: 2_930 + 3_100 * i,
    txPerSecond: 1_600,
    rxPerSecond: 4_900,
  })),
  {
    owner: chrony,
    protocol: 17,
    local: host4,
    localPort: 52_100,
    remote: '203.0.113.123',
    remotePort: 123,
    opens: 5_000,
    txPerSecond: 3,
    rxPerSecond: 3,
  },
  {
    owner: openvpn,
    protocol: 17,
    local: host4,
    localPort: 1194,
    remote: '203.0.113.1',
    remotePort: 1194,
    direction: 'outbound',
    opens: -3_000_000,
    txPerSecond: 11_400_000,
    rxPerSecond: 52_000,
    carrier: true,
  },
  {
    owner: kernelOwner,
    protocol: 1,
    local: host4,
    localPort: 0,
    remote: '203.0.113.5',
    remotePort: 0,
    direction: 'inbound',
    opens: 4_000,
    closes: 14_000,
    txPerSecond: 64,
    rxPerSecond: 64,
  },
  {
    owner: { kind: 'unknown', why: 'ended before capture began' },
    local: host4,
    localPort: 40_404,
    remote: '198.51.100.7',
    remotePort: 25,
    opens: -5_000,
    closes: 6_000,
    txPerSecond: 500,
    rxPerSecond: 120,
    rttUs: 55_000,
    state: 'fin-wait-1',
  },
]

const plans = [...servers, ...pairs, ...clients, ...datagrams]

const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`not an address: ${text}`)
  return parsed
}

function sampleAt(plan: Plan, number: number, at: number): FlowSample {
  const protocol = plan.protocol ?? 6
  const closed = plan.closes !== undefined && at >= plan.closes
  const first = Math.max(0, plan.opens)
  const seconds = ((closed ? plan.closes : at) - first) / 1000
  // Rates swing by half, so the screen moves; the sum never falls, because the swing is below the rate.
  const swung = seconds - 0.5 * (Math.cos(number + seconds) - Math.cos(number))
  const bytes = (perSecond: number) => Math.max(0, Math.round(perSecond * swung))
  const txBytes = bytes(plan.txPerSecond)
  const rxBytes = bytes(plan.rxPerSecond)
  const packets = (count: number) => Math.ceil(count / 1_400)
  const open: TcpState = protocol === 6 ? (plan.state ?? 'established') : 'none'
  const state: TcpState = closed && protocol === 6 ? 'closed' : open
  return {
    cookieLow: 1_000 + number,
    cookieHigh: 0,
    protocol,
    localAddress: address(plan.local),
    localPort: plan.localPort,
    remoteAddress: address(plan.remote),
    remotePort: plan.remotePort,
    netns: plan.netns ?? hostNetns,
    direction: plan.direction ?? 'unknown',
    owner: plan.owner,
    actor: plan.actor,
    first: hostTime(start + first),
    last: hostTime(start + (closed ? plan.closes : at)),
    txBytes,
    rxBytes,
    txPackets: packets(txBytes) + (protocol === 6 ? 2 : 0),
    rxPackets: packets(rxBytes) + (protocol === 6 ? 2 : 0),
    rttUs: plan.rttUs ?? 0,
    retransmits: number % 7 === 3 ? Math.floor(seconds / 4) : 0,
    state: tcpStates.indexOf(state),
    closed,
    partial: plan.opens < 0,
    carrier: plan.carrier ?? false,
  }
}

/** As a source gives them: the ends as they happen (every 100 ms), the rest once a second. */
function* recording() {
  const status = {
    source: 'bpf',
    sees: ['tcp', 'udp', 'raw', 'pid', 'actor', 'short', 'peers', 'netns'],
    blind: [],
    interfaces,
  } as const
  yield encodeStatus(status)
  for (let at = 0; at <= lengthMs; at += 100)
    for (const [number, plan] of plans.entries()) {
      const ended = plan.closes !== undefined && plan.closes <= at
      const endsNow = ended && plan.closes > at - 100
      const isPolled = at % 1000 === 0 && plan.opens <= at && !ended
      if (endsNow || isPolled) yield encodeSample(sampleAt(plan, number, at), { at, start })
    }
}

const file = createWriteStream(new URL('../corpus/demo.samples.jsonl', import.meta.url))
for (const line of recording()) file.write(`${line}\n`)
file.end()
