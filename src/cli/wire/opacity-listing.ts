import { wireLimits } from '../../model/wire-limits.ts'
import { isoTime } from '../../model/vocabulary.ts'
import { trafficClasses, type Traffic } from '../../model/wire-traffic.ts'
import type {
  ByteAccount,
  ClassView,
  ClassViews,
  InterfaceView,
  Opacity,
  OwnerView,
} from '../../query/opacity.ts'
import type { Coverage } from '../../query/session.ts'
import { classWords, seenAs, socketSentence } from '../../ui/text/opacity-words.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { percent } from '../percent.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

const snake = (name: string) => name.replaceAll('-', '_')
const traffic = ({ packets, wireBytes }: Traffic) => ({ packets, wire_bytes: wireBytes })

/** JSON lines: the host, then each interface, then each process and user on it. */
export function opacityLines({ interfaces, host, look }: Opacity, coverage: Coverage): string {
  const { capture, from, to } = coverage
  const hostLine = {
    type: 'host',
    schema,
    host: coverage.host,
    source: capture.source,
    sees: capture.sees,
    from: isoTime(from),
    to: isoTime(to),
    look_ms: Math.round(look),
    outer_interfaces: host.outer,
    counted: traffic(host.counted),
    classes: classesInJson(host.classes),
    account: accountInJson(host.account),
    sockets: {
      owned_flows: host.sockets.owned.flows,
      owned_payload_bytes: host.sockets.owned.payload,
      processes: host.sockets.processes,
      users: host.sockets.users,
      unowned_payload_bytes: host.sockets.unowned.payload,
      carrier_payload_bytes: host.sockets.carriers.payload,
      loopback_payload_bytes: host.sockets.loopback.payload,
    },
  }
  const lines = [hostLine, ...interfaces.flatMap(interfaceLines)]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

function interfaceLines(view: InterfaceView): object[] {
  const line = {
    type: 'interface',
    interface: view.name,
    kind: view.kind,
    counted: traffic(view.counted),
    seen: traffic(view.seen),
    dropped_packets: view.loss.dropped ?? null,
    classes: classesInJson(view.classes),
    account: accountInJson(view.account),
    retransmits: view.retransmits,
  }
  return [line, ...view.owners.map((owner) => ownerLine(view.name, owner))]
}

const accountInJson = (account: ByteAccount) => ({
  payload_bytes: account.payload,
  again_bytes: account.again,
  header_bytes: account.headers,
  carrier_bytes: account.carriers,
  guest_bytes: account.guests,
  unowned_bytes: account.unowned,
  no_flow_bytes: account.noFlow,
  difference_bytes: account.difference,
})

const ownerLine = (name: string, owner: OwnerView) => ({
  type: 'owner',
  interface: name,
  process: owner.process,
  user: owner.user,
  container: owner.container || null,
  guest: owner.isGuest,
  pid: owner.pid ?? null,
  carrier: owner.isCarrier,
  seen_as: owner.classes.map(snake),
  flows: owner.flows,
  payload_bytes: owner.payload,
  retransmits: owner.retransmits,
  ...traffic(owner),
})

const classesInJson = (classes: ClassViews) =>
  Object.fromEntries(
    trafficClasses.map((name) => [
      snake(name),
      { ...traffic(classes[name]), owned: traffic(classes[name].owned) },
    ]),
  )

/** The same for eyes, as four short tables. */
export function opacityTables({ interfaces, host, look }: Opacity, coverage: Coverage): string {
  const owners = interfaces
    .flatMap((view) => view.owners.map((owner) => ({ at: view.name, owner })))
    .sort((a, b) => b.owner.wireBytes - a.owner.wireBytes)
  const left = owners.length - wireLimits.opacityOwnersShown
  return [
    `${coverage.host}, ${(look / 1000).toFixed(1)} s, sockets by ${capturedBy(coverage)}\n`,
    'What the network sees, and how much of it the sockets know a process and user for:\n',
    alignedTable(classColumns, [
      ...(host.outer.length > 1 ? classRows(`host (${host.outer.join(' + ')})`, host.classes) : []),
      ...interfaces.flatMap(({ name, kind, classes }) => classRows(`${name} (${kind})`, classes)),
    ]),
    '\nWhere the bytes went that each interface counted:\n',
    alignedTable(accountColumns, interfaces),
    '\nWho is behind them:\n',
    alignedTable(ownerColumns, owners.slice(0, wireLimits.opacityOwnersShown)),
    left > 0 ? `and ${left} more; --format json lists all\n` : '',
    `\n${socketSentence(host)}\n`,
  ].join('')
}

const capturedBy = ({ capture, attached }: Coverage) =>
  attached ? `the recorder (${capture.source})` : capture.source

interface ClassRow {
  readonly at: string
  readonly name: string
  readonly view: ClassView
  readonly of: number
}

function classRows(at: string, classes: ClassViews): ClassRow[] {
  const views = trafficClasses.map((name) => classes[name])
  const sum = (of: (view: ClassView) => number) =>
    views.reduce((total, view) => total + of(view), 0)
  const all: ClassView = {
    packets: sum(({ packets }) => packets),
    wireBytes: sum(({ wireBytes }) => wireBytes),
    owned: {
      packets: sum(({ owned }) => owned.packets),
      wireBytes: sum(({ owned }) => owned.wireBytes),
    },
  }
  return [
    { at, name: 'all', view: all, of: all.wireBytes },
    ...trafficClasses
      .filter((name) => classes[name].packets > 0)
      .map((name) => ({
        at: '',
        name: `  ${classWords[name]}`,
        view: classes[name],
        of: all.wireBytes,
      })),
  ]
}

const share = (part: number, whole: number) => (whole === 0 ? '-' : percent(part / whole))

const classColumns: readonly Column<ClassRow>[] = [
  { title: 'INTERFACE', align: 'left', cell: ({ at }) => at },
  { title: 'PACKETS ARE', align: 'left', cell: ({ name }) => name },
  { title: 'WIRE BYTES', align: 'right', cell: ({ view }) => String(view.wireBytes) },
  { title: 'SHARE', align: 'right', cell: ({ view, of }) => share(view.wireBytes, of) },
  { title: 'PACKETS', align: 'right', cell: ({ view }) => String(view.packets) },
  {
    title: 'OWNER KNOWN',
    align: 'right',
    cell: ({ view }) => share(view.owned.wireBytes, view.wireBytes),
  },
]

const accounted = (key: keyof ByteAccount, title: string): Column<InterfaceView> => ({
  title,
  align: 'right',
  cell: ({ account }) => String(account[key]),
})

const accountColumns: readonly Column<InterfaceView>[] = [
  { title: 'INTERFACE', align: 'left', cell: ({ name }) => name },
  { title: 'COUNTED', align: 'right', cell: ({ counted }) => String(counted.wireBytes) },
  accounted('payload', '= PAYLOAD'),
  accounted('again', '+ AGAIN'),
  accounted('headers', '+ HEADERS'),
  accounted('carriers', '+ TUNNELS'),
  accounted('guests', '+ GUESTS'),
  accounted('unowned', '+ NO OWNER'),
  accounted('noFlow', '+ NO FLOW'),
  accounted('difference', '+ NOT SEEN'),
]

interface OwnerRow {
  readonly at: string
  readonly owner: OwnerView
}

const ownerColumns: readonly Column<OwnerRow>[] = [
  { title: 'PROCESS', align: 'left', cell: ({ owner }) => owner.process },
  { title: 'USER', align: 'left', cell: ({ owner }) => owner.user },
  { title: 'INTERFACE', align: 'left', cell: ({ at }) => at },
  { title: 'FLOWS', align: 'right', cell: ({ owner }) => String(owner.flows) },
  { title: 'PAYLOAD', align: 'right', cell: ({ owner }) => String(owner.payload) },
  { title: 'WIRE BYTES', align: 'right', cell: ({ owner }) => String(owner.wireBytes) },
  { title: 'RETRANSMITS', align: 'right', cell: ({ owner }) => String(owner.retransmits) },
  { title: 'THE WIRE SEES', align: 'left', cell: ({ owner }) => seenAs(owner) },
]
