import { statSync } from 'node:fs'
import { hostAddresses } from '../../capture/interfaces/host-addresses.ts'
import { interfaceCounters, interfaceNames } from '../../capture/interfaces/interface-counters.ts'
import { interfaceKinds, type InterfaceKind } from '../../capture/interfaces/interface-kind.ts'
import { findGuests } from '../../capture/interfaces/guests.ts'
import { Translations } from '../../capture/interfaces/translations.ts'
import type { LiveCapture } from '../../capture/wire/live/live-capture.ts'
import { openInterfaces } from '../../capture/wire/live/open-interfaces.ts'
import { WireLedger } from '../../capture/wire/wire-ledger.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { millis, type Millis } from '../../model/quantity.ts'
import type { Answer, Coverage, Session } from '../../query/session.ts'
import { viewHost, type HostView } from './host-view.ts'
import { grownBy, viewInterface, type InterfaceView } from './interface-view.ts'
import { FlowOwners } from './flow-owners.ts'
import { SocketView } from './socket-view.ts'

export interface OpacityRequest {
  readonly look: Millis
  /** One only; undefined: all that are up. */
  readonly interface: string | undefined
  readonly interrupted: AbortSignal
  /** Called once nothing that follows needs root. */
  readonly onOpened: () => void
}

export interface Opacity {
  readonly interfaces: readonly InterfaceView[]
  readonly host: HostView
  /** How long was looked. */
  readonly look: Millis
  readonly coverage: Coverage
  /** Interfaces that could not be looked at, each with its reason. */
  readonly unseen: readonly string[]
}

interface Watch {
  readonly kind: InterfaceKind
  readonly capture: LiveCapture
  readonly ledger: WireLedger
}

/**
 * Looks at packets and sockets in one and the same time, from one tick of the recorder to another. Throws
 * `CaptureError` where no interface can be looked at.
 */
export async function watchOpacity(session: Session, request: OpacityRequest): Promise<Opacity> {
  const { watches, unseen } = await openAll(request.interface)
  const names = watches.map(({ capture }) => capture.interface)
  const guests = findGuests(namesLeadingIn(watches))
  const translations = new Translations()
  const netns = statSync('/proc/self/ns/net').ino
  const socketsOf = onlyNetns(netns)
  try {
    request.onOpened()
    const ticks = session.watch({ kind: 'flows' }, millis(0))[Symbol.asyncIterator]()
    const first = await nextOf(ticks)
    const from = performance.now()
    const before = interfaceCounters()
    for (const { capture } of watches) capture.begin(from + request.look + wireLimits.lookOverrunMs)
    const last = await lastOf(ticks, first, request)
    for (const { capture } of watches) capture.shut()
    const after = interfaceCounters()
    const look = millis(performance.now() - from)
    for (const { capture } of watches) await capture.end()
    const sockets = new SocketView(flowsOf(first), flowsOf(last), netns)
    const owners = new FlowOwners(sockets, {
      guests,
      translations: translations.read(),
      isLocal: hostAddresses(),
    })
    for (const { capture, ledger } of watches)
      owners.learn({ name: capture.interface, flows: ledger.flows() })
    const interfaces = watches.map((watch, i) =>
      viewInterface(
        {
          name: names[i]!,
          kind: watch.kind,
          totals: watch.ledger.totals(),
          flows: watch.ledger.flows(),
          counted: grownBy(before.get(names[i]!)!, after.get(names[i]!)!, watch.kind),
          loss: watch.capture.loss(),
        },
        owners,
      ),
    )
    const host = viewHost(interfaces, sockets, socketsOf)
    return { interfaces, host, look, coverage: last.coverage, unseen }
  } finally {
    translations.close()
    for (const { capture } of watches) capture.close()
  }
}

const namesLeadingIn = (watches: readonly Watch[]) =>
  watches.filter(({ kind }) => kind === 'inside').map(({ capture }) => capture.interface)

/** Number of a machine's first network namespace, fixed since Linux 6.18 (linux/nsfs.h). */
const firstNetns = 0xefff_fff9

/** In a container the sockets of its own namespace are meant; elsewhere those of the whole machine. */
function onlyNetns(own: number): number | undefined {
  try {
    return statSync('/proc/1/ns/net').ino === own ? undefined : own
  } catch {
    // Not even root may see it in some containers and sandboxes.
    return own === firstNetns ? undefined : own
  }
}

async function openAll(only: string | undefined) {
  const kinds = interfaceKinds(interfaceNames())
  const ledgers = new Map<string, WireLedger>()
  const isLocal = hostAddresses()
  const { captures, unseen } = await openInterfaces(
    only === undefined ? interfaceNames() : [only],
    wireLimits.liveSnapBytes,
    (name) => {
      const ledger = new WireLedger(isLocal)
      ledgers.set(name, ledger)
      return (packet) => ledger.add(packet)
    },
  )
  const watches = captures.map((capture): Watch => {
    const name = capture.interface
    return { kind: kinds.get(name)!, capture, ledger: ledgers.get(name)! }
  })
  return { watches, unseen }
}

type Ticks = AsyncIterator<Answer>

async function nextOf(ticks: Ticks): Promise<Answer> {
  const { value, done } = await ticks.next()
  if (done) throw new Error('a session ended without an answer')
  return value
}

/** The answer of the tick that ends the look. */
async function lastOf(
  ticks: Ticks,
  first: Answer,
  { look, interrupted }: OpacityRequest,
): Promise<Answer> {
  const stop = new Promise<undefined>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(undefined), { once: true })
    if (interrupted.aborted) resolve(undefined)
  })
  let last = first
  for (;;) {
    const next = await Promise.race([ticks.next(), stop])
    if (!next || next.done) return last
    last = next.value
    const { to, stale } = last.coverage
    if (stale !== undefined || to - first.coverage.to >= look - slackMs) return last
  }
}

/** A tick may come this much early and still end the look. */
const slackMs = 50

const flowsOf = ({ rows }: Answer): readonly FlowRecord[] =>
  rows.kind === 'flows' ? rows.flows : []
