import { isIpv4, type Address } from '../../model/address.ts'
import { inNetwork, parseNetwork } from '../../model/network.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** Whether an address is in one of the networks of --net; in any where it is not given. @throws UsageError */
export function parseNetworks(text: string | undefined): (address: Address) => boolean {
  if (text === undefined) return () => true
  const networks = text.split(',').map((word) => {
    const network = parseNetwork(word)
    if (!network)
      throw new UsageError(`--net takes networks such as 10.0.0.0/8,fd00::/8, not '${word}'`)
    return network
  })
  return (address) => networks.some((network) => inNetwork(address, network))
}

/** An address of many, or of nobody: no host has it. */
export function isMulticast(address: Address): boolean {
  if (!isIpv4(address)) return address[0] === 0xff || address.every((byte) => byte === 0)
  const first = address[12]!
  return first >= 224 || first === 0
}
