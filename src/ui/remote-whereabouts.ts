import { asOf, asText, countryOf } from '../model/whereabouts/known-whereabouts.ts'
import { noWhereabouts, type NoWhereabouts } from '../model/whereabouts/whereabouts.ts'
import { whereaboutsToldHere, type WhereaboutsTold } from '../query/whereabouts.ts'
import type { NameSource } from './remote-names.ts'

/** Where what is known of addresses comes from; none where nobody is to be asked. */
export interface AddressSources {
  readonly names?: NameSource | undefined
  /** Resolves when this process has read its database. */
  readonly loadWhereabouts?: (() => Promise<void>) | undefined
}

/** What stands beside a remote address. */
export interface ShownWhereabouts {
  /** `DE`; '' of an address without one. */
  readonly country: string
  /** `13335 Cloudflare, Inc.`; of an address without an AS why it has none: `private`, `unlisted`. */
  readonly as: string
}
export type WhereaboutsOf = (address: Uint8Array) => ShownWhereabouts

/** Country and AS beside addresses, while the user wants them. Nothing is read before, and nothing is asked of anyone. */
export class RemoteWhereabouts {
  readonly #load: () => Promise<void>
  #isOn = false
  #isRead = false
  /** Addresses on the screen are pseudonyms, which are nowhere. */
  isMasked = false
  onChange: () => void = () => {}

  constructor(load: () => Promise<void> = () => Promise.resolve()) {
    this.#load = load
  }

  get setting(): 'on' | 'off' {
    return this.#isOn ? 'on' : 'off'
  }

  set(to: 'on' | 'off'): void {
    this.#isOn = to === 'on'
    if (this.#isOn && !this.#isRead) void this.#read()
  }

  toggle(): void {
    this.set(this.#isOn ? 'off' : 'on')
  }

  /** From which database what is shown comes, or why there is none; [] while nothing is shown. */
  get told(): readonly WhereaboutsTold[] {
    return this.#isOn && this.#isRead && !this.isMasked ? [whereaboutsToldHere()] : []
  }

  /** Undefined where nothing is to be shown. */
  get of(): WhereaboutsOf | undefined {
    return this.told.some(({ kind }) => kind === 'known') ? shownWhereabouts : undefined
  }

  async #read(): Promise<void> {
    await this.#load()
    this.#isRead = true
    this.onChange()
  }
}

function shownWhereabouts(address: Uint8Array): ShownWhereabouts {
  const [country, as] = [countryOf(address) ?? '', asOf(address)]
  return {
    country: noWhereabouts.some((why) => why === country) ? '' : country,
    as: typeof as === 'number' ? asText(as) : (as ?? ''),
  }
}

/** Why an address has no AS; undefined where it has one, or nobody can say here. */
export function whyNoAs(address: Uint8Array): NoWhereabouts | undefined {
  const as = asOf(address)
  return typeof as === 'string' ? as : undefined
}
