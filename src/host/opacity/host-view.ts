import { newClassSums, trafficClasses } from '../../capture/wire/wire-totals.ts'
import type { TrafficClass } from '../../capture/wire/wire-totals.ts'
import { actorOf, flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { ClassView, InterfaceView } from './interface-view.ts'
import { isCarrier, type SocketView } from './socket-view.ts'

/** Bytes of payload and the flows that they are of. */
export interface SocketSums {
  readonly flows: number
  readonly payload: number
}

/** The host as a whole: what leaves it, as the network sees it, beside all that its sockets know. */
export interface HostView {
  /** Interfaces by which packets leave the host; the classes are the sum of theirs. */
  readonly outer: readonly string[]
  readonly classes: Readonly<Record<TrafficClass, ClassView>>
  readonly sockets: {
    /** Of a process and user, to and from other hosts, without tunnels' transport. */
    readonly owned: SocketSums
    /** Of those. */
    readonly processes: number
    readonly users: number
    readonly unowned: SocketSums
    readonly carriers: SocketSums
    /** Between processes of this host: each flow once. */
    readonly loopback: SocketSums
  }
}

/** `netns`: only sockets of this network namespace, where that is all that the interfaces are of. */
export function viewHost(
  interfaces: readonly InterfaceView[],
  sockets: SocketView,
  netns: number | undefined,
): HostView {
  const outer = interfaces.filter(({ kind }) => kind === 'outer')
  const flows = sockets.flows.filter((flow) => netns === undefined || flow.netns === netns)
  return {
    outer: outer.map(({ name }) => name),
    classes: summedClasses(outer),
    sockets: socketSums(flows),
  }
}

function summedClasses(views: readonly InterfaceView[]): Record<TrafficClass, ClassView> {
  const all = newClassSums()
  const owned = newClassSums()
  for (const { classes } of views)
    for (const name of trafficClasses) {
      all[name].packets += classes[name].packets
      all[name].wireBytes += classes[name].wireBytes
      owned[name].packets += classes[name].owned.packets
      owned[name].wireBytes += classes[name].owned.wireBytes
    }
  const entries = trafficClasses.map((name) => [name, { ...all[name], owned: owned[name] }])
  return Object.fromEntries(entries) as Record<TrafficClass, ClassView>
}

function socketSums(flows: readonly FlowRecord[]): HostView['sockets'] {
  const sums = { owned: none(), unowned: none(), carriers: none(), loopback: none() }
  const processes = new Set<number>()
  const users = new Set<string>()
  for (const flow of flows) {
    const payload = flow.txBytes + flow.rxBytes
    if (payload === 0) continue
    const actor = actorOf(flow)
    const place = placeOf(flow)
    const sum = sums[place]
    // Both ends have it: half each, so that a flow is once in the sum.
    const share = flow.flags & flowFlag.loopback ? 0.5 : 1
    sum.flows += share
    sum.payload += payload * share
    if (place !== 'owned' || actor.kind !== 'process') continue
    processes.add(actor.pid)
    users.add(actor.user)
  }
  return { ...sums, processes: processes.size, users: users.size }
}

const none = () => ({ flows: 0, payload: 0 })

function placeOf(flow: FlowRecord) {
  if (isCarrier(flow)) return 'carriers'
  if (flow.flags & flowFlag.loopback) return 'loopback'
  return actorOf(flow).kind === 'process' ? 'owned' : 'unowned'
}
