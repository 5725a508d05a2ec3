import type { Message } from './store/message.ts'

/** The name of an address, in its usual text; undefined while there is none. */
export type NameOf = (address: string) => string | undefined

/** Where names of addresses come from, off the path on which the screen is painted. */
export interface NameSource {
  /** At once: the name that is known. An address that is not known yet is looked up, and then `onChange` called. */
  readonly nameOf: NameOf
  /** Why no name comes; undefined while they do. */
  readonly problem: string | undefined
  onChange: () => void
}

const notHere: Message = {
  kind: 'note',
  text: 'Names are not looked up here: DNS would tell others which addresses are looked at.',
}

/** Names in the place of addresses, while the user wants them. Nothing is looked up before. */
export class RemoteNames {
  readonly #source: NameSource | undefined
  #on = false
  /** Everything on the screen is under pseudonyms: real names have no place there. */
  isMasked = false

  /** No source: nobody is to learn which addresses are looked at. */
  constructor(source: NameSource | undefined) {
    this.#source = source
  }

  /** To be called when a name that was looked up is there. */
  set onChange(tell: () => void) {
    if (this.#source) this.#source.onChange = tell
  }

  get on(): boolean {
    return this.#on
  }

  get setting(): 'on' | 'off' {
    return this.#on ? 'on' : 'off'
  }

  set(to: 'on' | 'off'): void {
    this.#on = to === 'on' && this.#source !== undefined
  }

  /** On or off; gives why neither. */
  toggle(): Message | undefined {
    this.set(this.#on ? 'off' : 'on')
    return this.#source ? undefined : notHere
  }

  /** Undefined where addresses are to be shown. */
  get nameOf(): NameOf | undefined {
    return this.#on && !this.isMasked ? this.#source?.nameOf : undefined
  }

  get problem(): string | undefined {
    return this.#on ? this.#source?.problem : undefined
  }
}
