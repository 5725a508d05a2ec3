import type { CapturedPacket } from './captured-packet.ts'
import { FragmentMemory } from './fragment-memory.ts'
import type { IpLayer } from './ip-layer.ts'
import { PacketWalk, type WalkEnd } from './packet-walk.ts'
import { walkPacket } from './walk-packet.ts'

/** The IP layers of one packet after another; those that only a first fragment tells are remembered for the others. */
export class PacketLayers {
  readonly walk = new PacketWalk()
  readonly #fragments = new FragmentMemory()
  /** Layers of the packet, the outermost first; more than it has itself where it is a later fragment. */
  depth = 0
  /** It is a later fragment whose first one was not seen. */
  isLoneFragment = false

  get layers(): readonly IpLayer[] {
    return this.walk.layers
  }

  /** Layers that are in the packet itself. */
  get ownDepth(): number {
    return this.walk.depth
  }

  read(packet: CapturedPacket): WalkEnd {
    const end = walkPacket(this.walk, packet)
    this.isLoneFragment = false
    this.depth = this.walk.depth
    if (this.depth > 0) this.#completeFragment()
    return end
  }

  #completeFragment(): void {
    const { layers, depth } = this
    for (let i = 0; i < depth; i++)
      if (layers[i]!.fragment === 'first') this.#fragments.remember(layers, i, depth)
    if (layers[depth - 1]!.fragment !== 'later') return
    const whole = this.#fragments.recall(layers, depth - 1)
    this.isLoneFragment = whole === undefined
    this.depth = whole ?? depth
  }
}
