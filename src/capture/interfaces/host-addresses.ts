import { networkInterfaces } from 'node:os'
import { parseAddress, type Address } from '../../model/address.ts'

/** Whether an address is one of our own network namespace, as of now. */
export function hostAddresses(): (address: Address) => boolean {
  const own = new Set<string>()
  for (const entries of Object.values(networkInterfaces()))
    for (const { address } of entries ?? []) {
      const bytes = parseAddress(address)
      if (bytes) own.add(keyOf(bytes))
    }
  return (address) => own.has(keyOf(address))
}

const keyOf = (address: Address): string => Buffer.from(address).toString('latin1')
