import { cleanText } from '../model/clean-text.ts'
import {
  count,
  list,
  MalformedError,
  object,
  oneOf,
  text,
  type Check,
} from '../model/json-fields.ts'
import { limits } from '../model/limits.ts'
import { millis } from '../model/quantity.ts'
import { wireLimits } from '../model/wire-limits.ts'
import { interfaceKinds, trafficClasses } from '../model/wire-traffic.ts'
import type { PacketLoss, Traffic } from '../model/wire-traffic.ts'
import { accountParts } from './opacity.ts'
import type {
  ByteAccount,
  ClassView,
  ClassViews,
  HostView,
  InterfaceView,
  Opacity,
  OwnerView,
  SocketSums,
} from './opacity.ts'

/** As JSON, with no more owners of an interface than `opacityOwnersTold`; of those left out it says so. */
export function encodeOpacity(opacity: Opacity): string {
  const most = wireLimits.opacityOwnersTold
  const interfaces = opacity.interfaces.map((view) => ({
    ...view,
    owners: view.owners.slice(0, most),
  }))
  const leftOut = opacity.interfaces
    .filter(({ owners }) => owners.length > most)
    .map(({ name, owners }) => `${name}: ${owners.length - most} processes that moved least`)
  return JSON.stringify({ ...opacity, interfaces, unseen: [...opacity.unseen, ...leftOut] })
}

/** Checks what came as JSON. @throws MalformedError */
export const decodeOpacity: Check<Opacity> = (value, where) => opacity(value, where)

/** Two an interface: it does not open, it has too many owners; and three of all. */
const reasonsMax = 2 * wireLimits.liveInterfacesMax + 3

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))

/** A finite number, which may be less than 0. */
const amount: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new MalformedError(`${where}: not a number`)
  return value
}
const yesOrNo: Check<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw new MalformedError(`${where}: neither true nor false`)
  return value
}
const orNone =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, where) =>
    value === undefined ? undefined : check(value, where)

/** The same check for each of the keys. */
const each = <K extends string, T>(keys: readonly K[], check: Check<T>) =>
  Object.fromEntries(keys.map((key) => [key, check])) as Record<K, Check<T>>

const traffic = { packets: count, wireBytes: count }
const classes = object<ClassViews>(
  each(trafficClasses, object<ClassView>({ ...traffic, owned: object<Traffic>(traffic) })),
)
const account = object<ByteAccount>(each(accountParts, amount))
const sums = object<SocketSums>({ flows: count, payload: count })

const owner = object<OwnerView>({
  ...traffic,
  process: name,
  user: name,
  container: name,
  isCarrier: yesOrNo,
  isGuest: yesOrNo,
  pid: orNone(count),
  classes: list(oneOf(trafficClasses), trafficClasses.length),
  payload: count,
  retransmits: count,
  flows: count,
})

const interfaceView = object<InterfaceView>({
  name,
  kind: oneOf(interfaceKinds),
  seen: object<Traffic>(traffic),
  counted: object<Traffic>(traffic),
  classes,
  account,
  retransmits: count,
  owners: list(owner, wireLimits.opacityOwnersTold),
  loss: object<PacketLoss>({ dropped: orNone(count), unmeasured: count }),
})

const host = object<HostView>({
  outer: list(name, wireLimits.liveInterfacesMax),
  counted: object<Traffic>(traffic),
  classes,
  account,
  sockets: object<HostView['sockets']>({
    owned: sums,
    processes: count,
    users: count,
    unowned: sums,
    carriers: sums,
    loopback: sums,
  }),
})

const opacity = object<Opacity>({
  interfaces: list(interfaceView, wireLimits.liveInterfacesMax),
  host,
  look: (value, where) => millis(count(value, where)),
  unseen: list(sentence, reasonsMax),
})
