import { formatAddress, isIpv4, parseAddress, type Address } from '../../model/address.ts'
import { screenLimits } from '../../model/screen-limits.ts'

/** What names are of; the pseudonym begins with it. */
export type NameKind = 'host' | 'user' | 'program' | 'cgroup' | 'container' | 'case'

/**
 * Other names for names and addresses, the same one for the same name until the program ends, and none that could be
 * computed back: they are numbered as they come. Networks (/24, /48) stay together. Past the limit all that are new have
 * one pseudonym a kind, which stands for nothing in particular.
 */
export class Pseudonyms {
  readonly #names = new Map<string, string>()
  readonly #realNames = new Map<string, string>()
  /** Those that sentences may have in them, as words. */
  readonly #inSentences = new Map<RegExp, string>()
  readonly #networks = new Map<string, number>()
  readonly #addresses = new Map<string, Address>()
  readonly #realAddresses = new Map<string, Address>()
  readonly #counts = new Map<string, number>()

  name(kind: NameKind, real: string): string {
    // Nothing to hide: no name, and an account that every host has.
    if (real === '' || (kind === 'user' && real === 'root')) return real
    const key = `${kind} ${real}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    if (this.#names.size >= screenLimits.pseudonymsMax) return `${kind}-?`
    const name = `${kind}-${this.#next(kind)}`
    this.#names.set(key, name)
    this.#realNames.set(name, real)
    if (kind === 'host' || kind === 'case') this.#inSentences.set(wordOf(real), name)
    return name
  }

  /** What a pseudonym stands for; a text that is none is itself. */
  realName(name: string): string {
    return this.#realNames.get(name) ?? name
  }

  /** In 240.0.0.0/4 or 100::/8, which nobody has. */
  address(real: Address): Address {
    const text = formatAddress(real)
    if (isNobodys(text)) return real
    const known = this.#addresses.get(text)
    if (known) return known
    if (this.#addresses.size >= screenLimits.pseudonymsMax) return isIpv4(real) ? anyV4 : anyV6
    const network = this.#networkOf(real)
    const host = this.#next(`in ${isIpv4(real) ? 4 : 6} ${network}`)
    const masked = isIpv4(real) ? v4Of(network, host) : v6Of(network, host)
    this.#addresses.set(text, masked)
    this.#realAddresses.set(formatAddress(masked), real)
    return masked
  }

  realAddress(masked: Address): Address {
    return this.#realAddresses.get(formatAddress(masked)) ?? masked
  }

  /** The same of the first address of a /24 or a /48. */
  network(real: Address): Address {
    if (isNobodys(formatAddress(real))) return real
    const masked = isIpv4(real) ? v4Of(this.#networkOf(real), 0) : v6Of(this.#networkOf(real), 0)
    this.#realAddresses.set(formatAddress(masked), real)
    return masked
  }

  /** A sentence: addresses and names of hosts in it. */
  sentence(text: string): string {
    let masked = text.replace(/[0-9a-f.:]*[.:][0-9a-f.:]*[0-9a-f]/gi, (word) => {
      const address = parseAddress(word)
      return address ? formatAddress(this.address(address)) : word
    })
    for (const [real, name] of this.#inSentences) masked = masked.replaceAll(real, name)
    return masked
  }

  #networkOf(real: Address): number {
    const key = isIpv4(real)
      ? `4 ${real.subarray(12, 15).join()}`
      : `6 ${real.subarray(0, 6).join()}`
    const known = this.#networks.get(key)
    if (known !== undefined) return known
    const number = Math.min(this.#next(key.slice(0, 1)), networksMax)
    this.#networks.set(key, number)
    return number
  }

  #next(what: string): number {
    const next = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, next)
    return next
  }
}

const wordOf = (text: string) =>
  new RegExp(`(?<![\\w.-])${text.replace(/[^\w]/g, '\\$&')}(?![\\w-])`, 'g')

/** As many as two bytes number; the last stands for all that come later. */
const networksMax = 0xffff
const v4Of = (network: number, host: number): Address =>
  Uint8Array.from([...v4Prefix, 240, network >> 8, network & 0xff, Math.min(host, 0xff)])
const v6Of = (network: number, host: number): Address =>
  Uint8Array.from([1, 0, 0, 0, network >> 8, network & 0xff, 0, 0, 0, 0, 0, 0, ...bytesOf(host)])
const bytesOf = (n: number) => [n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff]
const v4Prefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const anyV4 = Uint8Array.from([...v4Prefix, 255, 255, 255, 254])
const anyV6 = v6Of(networksMax, 0)

/** Of no host in particular: loopback, none, all. */
const isNobodys = (text: string): boolean =>
  /^(::1?|0\.0\.0\.0|127\..*|255\.255\.255\.255|ff..:.*|2(2[4-9]|3\d)\..*)$/.test(text)
