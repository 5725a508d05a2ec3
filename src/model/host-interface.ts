import { cleanText } from './clean-text.ts'
import { count, list, object, oneOf, text, type Check } from './json-fields.ts'
import { fleetLimits } from './fleet-limits.ts'
import { limits } from './limits.ts'

/** An interface with the addresses that are its own. */
export interface HostInterface {
  /** Inode of its network namespace. */
  readonly netns: number
  /** In the namespace of who looked: it has the name that an operator of the host knows. */
  readonly isOwn: boolean
  readonly name: string
  /** Canonical texts. */
  readonly addresses: readonly string[]
}

/** The interfaces of hosts, as they were when the hosts were asked. */
export interface Interfaces {
  readonly known: readonly (HostInterface & {
    /** Whose it is, of many hosts. */
    readonly host?: string
  })[]
  /** Why some of them are not known, a sentence each. */
  readonly missing: readonly string[]
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))

/** Checks interfaces that came as JSON, from another host or a file. @throws MalformedError */
export const decodeHostInterfaces: Check<HostInterface[]> = list(
  object<HostInterface>({
    netns: count,
    isOwn: (value, where) => oneOf(['true', 'false'])(String(value), where) === 'true',
    name,
    addresses: list(name, fleetLimits.interfaceAddressesMax),
  }),
  fleetLimits.interfacesMax,
)

/** Checks what another host says of its interfaces. @throws MalformedError */
export const decodeInterfaces: Check<Interfaces> = object<Interfaces>({
  known: decodeHostInterfaces,
  missing: list(sentence, limits.statusLinesMax),
})
