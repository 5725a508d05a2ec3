import {
  addressesBy,
  namespaceOf,
  ownAddresses,
  type AddressesByName,
} from '../capture/interfaces/interface-addresses.ts'
import type { CaptureStatus } from '../model/capture-status.ts'
import { cleanText } from '../model/clean-text.ts'
import { fleetLimits } from '../model/fleet-limits.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { HostInterface, Interfaces } from '../model/host-interface.ts'
import { limits } from '../model/limits.ts'
import type { HostTime } from '../model/quantity.ts'

/** Where it looks; tests have others. */
export interface InterfaceSources {
  readonly ownNamespace: () => number
  readonly ownAddresses: () => AddressesByName
  readonly addressesBy: (pid: number, netns: number) => AddressesByName | undefined
}

const theKernel: InterfaceSources = {
  ownNamespace: () => namespaceOf('self'),
  ownAddresses,
  addressesBy,
}

/** What is asked about. */
interface Sight {
  readonly capture: Pick<CaptureStatus, 'source' | 'interfaces'>
  readonly at: HostTime
  /** Their processes lead to the network namespaces besides our own. */
  readonly flows: readonly FlowRecord[]
}

/**
 * Which interface has which address in the network namespaces of the flows, read anew every few seconds and never for
 * a single flow. A flow leaves by the interface of its local address, unless policy routing sends it elsewhere.
 */
export class InterfaceTable {
  readonly #sources: InterfaceSources
  #read: { readonly at: HostTime; readonly interfaces: Interfaces } | undefined

  constructor(sources = theKernel) {
    this.#sources = sources
  }

  of({ capture, at, flows }: Sight): Interfaces {
    if (capture.source === 'replay') return recorded(capture.interfaces ?? [], flows)
    const isFresh = this.#read && Math.abs(at - this.#read.at) < fleetLimits.interfacesKeptMs
    if (!this.#read || !isFresh) this.#read = { at, interfaces: this.#look(flows) }
    return this.#read.interfaces
  }

  #look(flows: readonly FlowRecord[]): Interfaces {
    const { ownNamespace, ownAddresses, addressesBy } = this.#sources
    const own = ownNamespace()
    const known = interfacesOf(own, true, ownAddresses())
    const hidden: number[] = []
    const others = processesByNamespace(flows, own)
    for (const [netns, pids] of [...others].slice(0, fleetLimits.interfaceNamespacesMax)) {
      let addresses: AddressesByName | undefined
      for (const pid of pids) addresses ??= addressesBy(pid, netns)
      if (addresses) known.push(...interfacesOf(netns, false, addresses))
      else hidden.push(netns)
    }
    const unread = others.size - fleetLimits.interfaceNamespacesMax
    const cut = known.length - fleetLimits.interfacesMax
    return {
      known: known.slice(0, fleetLimits.interfacesMax),
      missing: [
        ...(hidden.length > 0
          ? [
              `Of ${listOf(hidden)} no interfaces are known: no process there that still runs can be read.`,
            ]
          : []),
        ...(unread > 0 ? [`${unread} more network namespaces were not looked at.`] : []),
        ...(cut > 0 ? [`${cut} more interfaces are not told of.`] : []),
      ],
    }
  }
}

/** Of the host that was recorded: those of this one say nothing of its flows. */
function recorded(known: readonly HostInterface[], flows: readonly FlowRecord[]): Interfaces {
  if (known.length === 0)
    return { known, missing: ['The recorded samples say nothing of interfaces.'] }
  const named = new Set(known.map(({ netns }) => netns))
  const others = new Set(flows.map(({ netns }) => netns).filter((one) => !named.has(one)))
  others.delete(0)
  return {
    known,
    missing: others.size > 0 ? [`Of ${listOf([...others])} the recording has no interfaces.`] : [],
  }
}

function interfacesOf(netns: number, isOwn: boolean, addresses: AddressesByName): HostInterface[] {
  return [...addresses].map(([name, all]) => ({
    netns,
    isOwn,
    name: cleanText(name, limits.nameLength),
    addresses: all.slice(0, fleetLimits.interfaceAddressesMax),
  }))
}

/** So many processes of a namespace are tried. */
const processesTried = 4

/** Processes by the namespace in which they have opened a flow that is open. */
function processesByNamespace(
  flows: readonly FlowRecord[],
  own: number,
): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>()
  for (const flow of flows) {
    if (flow.netns === 0 || flow.netns === own) continue
    const pids = found.get(flow.netns) ?? new Set()
    found.set(flow.netns, pids)
    const { owner } = flow
    if (owner.kind === 'process' && flow.endReason === 'open' && pids.size < processesTried)
      pids.add(owner.pid)
  }
  return found
}

const listOf = (namespaces: readonly number[]): string =>
  namespaces.length === 1
    ? `network namespace ${namespaces[0]}`
    : `${namespaces.length} network namespaces`
