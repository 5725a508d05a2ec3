import type { OpacityWatch } from '../query/opacity.ts'
import type { PacketView } from './store/packet-view.ts'

/** Looks at packets while somebody sees them, and not otherwise: a capture costs the host something. */
export class PacketFeed {
  readonly #packets: OpacityWatch
  readonly #view: PacketView
  readonly #onTold: () => void
  #left: AbortController | undefined

  constructor(packets: OpacityWatch, view: PacketView, onTold: () => void) {
    this.#packets = packets
    this.#view = view
    this.#onTold = onTold
  }

  /** Begins, goes on or stops. */
  want(isSeen: boolean): void {
    if (isSeen === (this.#left !== undefined)) return
    this.#left?.abort()
    this.#left = undefined
    if (!isSeen) return
    this.#view.forget()
    this.#left = new AbortController()
    void this.#follow(this.#left.signal)
  }

  /** To the end also where nobody looks any more: the watch has its last steps to do. */
  async #follow(left: AbortSignal): Promise<void> {
    for await (const told of this.#packets.watch(left)) {
      if (left.aborted) continue
      this.#view.take(told)
      this.#onTold()
    }
  }
}
