import { wireLimits } from '../../model/wire-limits.ts'
import { newIpLayer, type IpLayer } from './ip-layer.ts'

/** What the first fragment of a packet said: its own layer with its ports, and the layers inside it. */
type Remembered = readonly IpLayer[]

/**
 * Only the first fragment of a packet has ports, and the headers of what is tunnelled in it. The others are of the same
 * flows: this remembers which, for the last packets seen in fragments.
 */
export class FragmentMemory {
  readonly #packets = new Map<string, Remembered>()

  /** Keeps the layers of a first fragment, from the fragmented one (at `from`) inwards. */
  remember(layers: readonly IpLayer[], from: number, depth: number): void {
    const key = keyOf(layers[from]!)
    this.#packets.delete(key)
    this.#packets.set(key, layers.slice(from, depth).map(copyOf))
    if (this.#packets.size > wireLimits.wireFragmentsMax)
      for (const oldest of this.#packets.keys()) return void this.#packets.delete(oldest)
  }

  /**
   * Completes the layers of a later fragment, which ends at `from`: the ports, and behind it the layers inside, which
   * have no payload here: their own headers counted it whole in the first fragment. Gives the new depth; undefined
   * where the first fragment is not known.
   */
  recall(layers: readonly IpLayer[], from: number): number | undefined {
    const fragment = layers[from]!
    const known = this.#packets.get(keyOf(fragment))
    if (!known) return undefined
    fragment.sourcePort = known[0]!.sourcePort
    fragment.destinationPort = known[0]!.destinationPort
    fragment.protocol = known[0]!.protocol
    for (let i = 1; i < known.length && from + i < layers.length; i++) {
      assign(layers[from + i]!, known[i]!)
      layers[from + i]!.payloadBytes = 0
    }
    return Math.min(layers.length, from + known.length)
  }
}

const keyOf = (layer: IpLayer): string =>
  `${layer.source.join()} ${layer.destination.join()} ${layer.fragmentId} ${layer.tunnel} ${layer.tunnelId}`

function copyOf(layer: IpLayer): IpLayer {
  const copy = newIpLayer()
  assign(copy, layer)
  return copy
}

function assign(to: IpLayer, from: IpLayer): void {
  const { source, destination, ...rest } = from
  to.source.set(source)
  to.destination.set(destination)
  Object.assign(to, rest)
}
