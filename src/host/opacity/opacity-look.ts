import { statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { findGuests, type Guest } from '../../capture/interfaces/guests.ts'
import { hostAddresses } from '../../capture/interfaces/host-addresses.ts'
import {
  interfaceCounters,
  interfaceNames,
  type InterfaceCounters,
} from '../../capture/interfaces/interface-counters.ts'
import { kindsOfInterfaces } from '../../capture/interfaces/interface-kind.ts'
import { Translations } from '../../capture/interfaces/translations.ts'
import type { LiveCapture } from '../../capture/wire/live/live-capture.ts'
import { openInterfaces } from '../../capture/wire/live/open-interfaces.ts'
import { WireLedger } from '../../capture/wire/wire-ledger.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { millis, type Millis } from '../../model/quantity.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import type { InterfaceKind } from '../../model/wire-traffic.ts'
import type { Opacity } from '../../query/opacity.ts'
import type { Answer } from '../../query/session.ts'
import { FlowOwners } from './flow-owners.ts'
import { viewHost } from './host-view.ts'
import { grownBy, viewInterface } from './interface-view.ts'
import { SocketView } from './socket-view.ts'

interface Watch {
  readonly kind: InterfaceKind
  readonly capture: LiveCapture
  readonly ledger: WireLedger
}

type Counters = ReadonlyMap<string, InterfaceCounters>

/** Packets of a stretch of time, and the sockets of the same. Opened with the rights of root, which it needs no longer. */
export class OpacityLook {
  readonly #watches: readonly Watch[]
  readonly #unseen: readonly string[]
  readonly #guests: ReadonlyMap<string, Guest>
  readonly #translations: Translations
  /** The latest of each interface: one that goes takes them with it. */
  readonly #counters = new Map<string, InterfaceCounters>()
  #begun: (Moment & { readonly answer: Answer }) | undefined

  private constructor(watches: readonly Watch[], unseen: readonly string[]) {
    this.#watches = watches
    this.#unseen = unseen
    const inside = watches.filter(({ kind }) => kind === 'inside')
    this.#guests = findGuests(inside.map(({ capture }) => capture.interface))
    this.#translations = new Translations()
  }

  /** `only`: one interface; else all that are up. @throws CaptureError where none can be looked at */
  static async open(only?: string): Promise<OpacityLook> {
    const kinds = kindsOfInterfaces(interfaceNames())
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
    return new OpacityLook(watches, unseen)
  }

  /** From `answer` on, all flows of a tick that is now; at the longest for `atMost` without a word. */
  begin(answer: Answer, atMost: Millis): void {
    this.#begun = { ...momentOfNow(), answer }
    this.goOn(atMost)
  }

  /** For so much longer. */
  goOn(atMost: Millis): void {
    const until = performance.now() + atMost
    for (const { capture } of this.#watches) capture.begin(until)
  }

  /** Ends it now, which is the time of a tick, and takes the last packets; gives what was seen up to `answer`. */
  async end(answer: Answer): Promise<Opacity> {
    for (const { capture } of this.#watches) capture.shut()
    const moment = momentOfNow()
    for (const { capture } of this.#watches) await capture.end()
    return this.#see(answer, moment)
  }

  /** What was seen so far; `answer` is of now. */
  async soFar(answer: Answer): Promise<Opacity> {
    const moment = momentOfNow()
    // Packets that came before it are read.
    await setImmediate()
    return this.#see(answer, moment)
  }

  close(): void {
    this.#translations.close()
    for (const { capture } of this.#watches) capture.close()
  }

  #see(answer: Answer, { at, counters }: Moment): Opacity {
    if (!this.#begun) throw new Error('a look that has not begun')
    const begun = this.#begun
    for (const [name, latest] of counters) this.#counters.set(name, latest)
    const netns = statSync('/proc/self/ns/net').ino
    const sockets = new SocketView(flowsOf(begun.answer), flowsOf(answer), netns)
    const owners = new FlowOwners(sockets, {
      guests: this.#guests,
      translations: this.#translations.read(),
      isLocal: hostAddresses(),
    })
    for (const { capture, ledger } of this.#watches)
      owners.learn({ name: capture.interface, flows: ledger.flows() })
    const interfaces = this.#watches.map(({ kind, capture, ledger }) => {
      const name = capture.interface
      return viewInterface(
        {
          name,
          kind,
          totals: ledger.totals(),
          flows: ledger.flows(),
          counted: grownBy(begun.counters.get(name)!, this.#counters.get(name)!, kind),
          loss: capture.loss(),
        },
        owners,
      )
    })
    return {
      interfaces,
      host: viewHost(interfaces, sockets, onlyNetns(netns)),
      look: millis(at - begun.at),
      unseen: [
        ...this.#unseen,
        ...this.#come(counters),
        ...(this.#translations.missed ? ['whose flows are that pass NAT is not wholly known'] : []),
      ],
    }
  }

  /** Interfaces that have come since, which are not looked at. */
  #come(counters: Counters): readonly string[] {
    const come = [...counters.keys()].filter((name) => !this.#begun?.counters.has(name))
    const names = come.length > namesTold ? `${come.length} interfaces` : come.join(', ')
    return come.length > 0 ? [`not looked at, having come since: ${names}`] : []
  }
}

/** Of so many interfaces the names, of more their number. */
const namesTold = 4

interface Moment {
  readonly at: number
  readonly counters: Counters
}

const momentOfNow = (): Moment => ({ at: performance.now(), counters: interfaceCounters() })

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

const flowsOf = ({ rows }: Answer): readonly FlowRecord[] =>
  rows.kind === 'flows' ? rows.flows : []
