import { statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { formatAddress, parseAddress } from '../../model/address.ts'
import { readText } from '../owners/process-stat.ts'

/** Addresses by the name of the interface that has them. */
export type AddressesByName = ReadonlyMap<string, readonly string[]>

/** Those of our own network namespace, as of now. */
export function ownAddresses(): AddressesByName {
  const found = new Map<string, string[]>()
  for (const [name, entries] of Object.entries(networkInterfaces()))
    for (const { address } of entries ?? []) add(found, name, canonical(address))
  return found
}

/** Inode of a process's network namespace; 0 where we may not know it, which is usual for those of others. */
export function namespaceOf(process: number | 'self', proc = '/proc'): number {
  try {
    return statSync(`${proc}/${process}/ns/net`).ino
  } catch {
    // It has ended, or is not ours to see.
    return 0
  }
}

/**
 * Those in a network namespace, by a process that opened a socket in it, which may be read by everyone; undefined where
 * the process is hidden, has ended, or has gone to another namespace since.
 */
export function addressesBy(
  pid: number,
  netns: number,
  proc = '/proc',
): AddressesByName | undefined {
  const now = namespaceOf(pid, proc)
  if (now !== 0 && now !== netns) return undefined
  const folder = `${proc}/${pid}/net`
  const [routes, trie] = [readText(`${folder}/route`), readText(`${folder}/fib_trie`)]
  if (routes === undefined || trie === undefined) return undefined
  return parseAddresses({ routes, trie, ipv6: readText(`${folder}/if_inet6`) ?? '' })
}

/** What /proc/PID/net says. */
export interface AddressTexts {
  readonly routes: string
  readonly trie: string
  readonly ipv6: string
}

/**
 * The kernel lists a namespace's own IPv4 addresses (`fib_trie`) and the networks of its interfaces (`route`), but not
 * which address is of which interface: an address is of the narrowest network around it.
 */
export function parseAddresses({ routes, trie, ipv6 }: AddressTexts): AddressesByName {
  const found = new Map<string, string[]>()
  const networks = [...connectedNetworks(routes)]
  for (const [, text] of trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)) {
    const address = numberOf(text!)
    const around = networks.filter(({ mask, network }) => (address & mask) === network)
    const narrowest = around.toSorted((a, b) => (b.mask >>> 0) - (a.mask >>> 0))[0]
    const name = text!.startsWith('127.') ? 'lo' : narrowest?.name
    if (name !== undefined) add(found, name, canonical(text!))
  }
  for (const [, hex, name] of ipv6.matchAll(/^([0-9a-f]{32})(?: \S+){4}\s+(\S+)$/gm))
    add(found, name!, formatAddress(Buffer.from(hex!, 'hex')))
  return found
}

interface ConnectedNetwork {
  readonly name: string
  readonly network: number
  readonly mask: number
}

/** Routes without a gateway, the default one aside. */
function* connectedNetworks(routes: string): Generator<ConnectedNetwork> {
  for (const line of routes.split('\n')) {
    const [name = '', destination = '', gateway, , , , , mask = ''] = line.trim().split(/\s+/)
    if (gateway !== '00000000' || !/^[0-9A-F]{8}$/.test(mask) || mask === '00000000') continue
    yield { name, network: fromLittleEndian(destination), mask: fromLittleEndian(mask) }
  }
}

/** The kernel prints these words in the byte order of the processor. */
const fromLittleEndian = (hex: string) => Buffer.from(hex, 'hex').readInt32LE()

function numberOf(ipv4: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return (a << 24) | (b << 16) | (c << 8) | d
}

function add(found: Map<string, string[]>, name: string, address: string | undefined): void {
  if (address === undefined) return
  const known = found.get(name)
  if (!known) found.set(name, [address])
  else if (!known.includes(address)) known.push(address)
}

function canonical(text: string): string | undefined {
  const address = parseAddress(text)
  return address && formatAddress(address)
}
