import { parseAddress } from '../model/address.ts'
import { cleanText } from '../model/clean-text.ts'
import { screenLimits } from '../model/screen-limits.ts'

/** Names of an address, as `dns.reverse` gives them. Rejects where there is none, or nobody answers. */
export type LookUp = (address: string) => Promise<readonly string[]>

interface Known {
  readonly name: string | undefined
  /** Asked anew after it, on the clock of `now`. */
  readonly until: number
}

const { namesKeptMax, namesWaitingMax, namesAskedAtOnce, nameKeptMs, noNameKeptMs, dnsNameLength } =
  screenLimits

/**
 * Names of addresses by reverse DNS, in a bounded cache. Asking costs the asker nothing: the name is there, or it
 * comes later. Whoever has the address says what its name is, so a name is cleaned and proves nothing.
 */
export class ReverseNames {
  readonly #lookUp: LookUp
  readonly #now: () => number
  /** Those that were learnt longest ago first. */
  readonly #known = new Map<string, Known>()
  /** In the order in which they were asked for; the latest are on the screen. */
  readonly #waiting = new Set<string>()
  readonly #asked = new Set<string>()
  #failures = 0
  #failure: string | undefined
  onChange: () => void = () => {}

  constructor(lookUp: LookUp, now: () => number) {
    this.#lookUp = lookUp
    this.#now = now
  }

  /** Undefined while none is known. An old name stands until there is a newer one. */
  readonly nameOf = (address: string): string | undefined => {
    const known = this.#known.get(address)
    if (known && this.#now() < known.until) return known.name
    if (canHaveName(address)) this.#want(address)
    return known?.name
  }

  /** That nobody answers, after some questions; that an address has no name is an answer. */
  get problem(): string | undefined {
    return this.#failures >= namesAskedAtOnce ? this.#failure : undefined
  }

  #want(address: string): void {
    if (this.#asked.has(address)) return
    this.#waiting.delete(address)
    this.#waiting.add(address)
    if (this.#waiting.size > namesWaitingMax) this.#waiting.delete(first(this.#waiting))
    this.#askNext()
  }

  #askNext(): void {
    while (this.#asked.size < namesAskedAtOnce && this.#waiting.size > 0) {
      const address = first(this.#waiting)
      this.#waiting.delete(address)
      this.#asked.add(address)
      void this.#ask(address)
    }
  }

  async #ask(address: string): Promise<void> {
    const before = this.problem
    const name = await this.#answerTo(address)
    this.#asked.delete(address)
    const known = this.#known.get(address)
    this.#keep(address, name ?? known?.name, name === undefined)
    this.#askNext()
    if (known?.name !== name || this.problem !== before) this.onChange()
  }

  async #answerTo(address: string): Promise<string | undefined> {
    try {
      const [name] = await this.#lookUp(address)
      this.#failures = 0
      return name ? cleanText(name, dnsNameLength) : undefined
    } catch (error) {
      const code = codeOf(error)
      this.#failures = noName.has(code) ? 0 : this.#failures + 1
      this.#failure = code
      return undefined
    }
  }

  #keep(address: string, name: string | undefined, isShort: boolean): void {
    this.#known.delete(address)
    this.#known.set(address, { name, until: this.#now() + (isShort ? noNameKeptMs : nameKeptMs) })
    if (this.#known.size > namesKeptMax) this.#known.delete(first(this.#known.keys()))
  }
}

/** Of Node's resolver: the address has no name, or what was said is no name. */
const noName = new Set(['ENOTFOUND', 'ENODATA', 'EBADRESP', 'EBADNAME'])

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

function first<T>(all: Iterable<T>): T {
  for (const one of all) return one
  throw new Error('nothing is first of nothing')
}

/** Addresses that are this host's own, nobody's or many's have none that anyone would want to see. */
function canHaveName(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return false
  if (text.includes(':')) return !/^(::1?$|fe[89ab]|ff)/.test(text)
  const [top = 0] = address.subarray(12)
  return top !== 0 && top !== 127 && top < 224
}
