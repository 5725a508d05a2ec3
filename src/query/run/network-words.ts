import { isIpv4 } from '../../model/address.ts'
import { addressWords, wordsOf } from '../../model/address-table.ts'
import { addressBits, contains, maskOf, type Network } from '../filter/network.ts'

/** What a network says of the four words of an address. */
interface Words {
  readonly wanted: Uint32Array
  readonly mask: Uint32Array
  readonly network: Network
  /** A network that v4-mapped addresses begin with and do not belong to, such as `::/0`: `contains` must say. */
  readonly isDoubtful: boolean
}

/** Some networks, made ready to be asked of many addresses by their words. */
export class NetworkWords {
  readonly #networks: readonly Words[]

  constructor(networks: readonly Network[]) {
    this.#networks = networks.map((network) => ({
      // Copied, because a typed array of words must begin at a multiple of 4.
      wanted: wordsOf(Uint8Array.from(network.address)),
      mask: wordsOf(Uint8Array.from({ length: 16 }, (_, i) => maskOf(i, network.bits))),
      network,
      isDoubtful: network.bits < addressBits - 32 && !isIpv4(network.address),
    }))
  }

  /** 1 for each address that is in one of them; undefined where none is. */
  matching(words: Uint32Array): Uint8Array | undefined {
    const found = new Uint8Array(words.length / addressWords)
    let isAny = false
    for (const network of this.#networks) isAny = mark(words, network, found) || isAny
    return isAny ? found : undefined
  }
}

function mark(words: Uint32Array, { wanted, mask, network, isDoubtful }: Words, found: Uint8Array) {
  const [w0, w1, w2, w3] = [wanted[0]!, wanted[1]!, wanted[2]!, wanted[3]!]
  const [m0, m1, m2, m3] = [mask[0]! | 0, mask[1]! | 0, mask[2]! | 0, mask[3]! | 0]
  let isAny = false
  for (let id = 0, at = 0; id < found.length; id++, at += addressWords) {
    const differs =
      ((words[at + 3]! ^ w3) & m3) |
      ((words[at]! ^ w0) & m0) |
      ((words[at + 1]! ^ w1) & m1) |
      ((words[at + 2]! ^ w2) & m2)
    if (differs !== 0 || (isDoubtful && !contains(network, addressAt(words, at)))) continue
    found[id] = 1
    isAny = true
  }
  return isAny
}

const addressAt = (words: Uint32Array, at: number) =>
  new Uint8Array(words.buffer, words.byteOffset + 4 * at, 16)
