import { newClassSums } from '../../capture/wire/wire-totals.ts'
import { actorOf, flowFlag, type FlowRecord } from '../../model/flow.ts'
import { trafficClasses, type Traffic } from '../../model/wire-traffic.ts'
import { accountParts } from '../../query/opacity.ts'
import type { ByteAccount, ClassViews, HostView, InterfaceView } from '../../query/opacity.ts'
import { isCarrier, type SocketView } from './socket-view.ts'

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
    counted: summed(outer.map(({ counted }) => counted)),
    classes: summedClasses(outer),
    account: summedAccounts(outer),
    sockets: socketSums(flows),
  }
}

const summed = (all: readonly Traffic[]): Traffic => ({
  packets: all.reduce((sum, { packets }) => sum + packets, 0),
  wireBytes: all.reduce((sum, { wireBytes }) => sum + wireBytes, 0),
})

function summedAccounts(views: readonly InterfaceView[]): ByteAccount {
  const entries = accountParts.map((part) => [
    part,
    views.reduce((sum, { account }) => sum + account[part], 0),
  ])
  return Object.fromEntries(entries) as ByteAccount
}

function summedClasses(views: readonly InterfaceView[]): ClassViews {
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
  return Object.fromEntries(entries) as ClassViews
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
