import { addressBytes } from '../../model/address.ts'
import { noWhereabouts } from '../../model/whereabouts/whereabouts.ts'
import type { GroupValue } from '../group-name.ts'
import { byAddress } from './address-dimension.ts'
import type { Dimension } from './dimension.ts'
import { Values } from './values.ts'

/** What is looked up of remote addresses: of the one whose 16 bytes begin at `at`. */
export function lookedUpDimension(
  valueOf: (addresses: Uint8Array, at: number) => GroupValue,
): Dimension {
  const values = new Values()
  return {
    valuesAt: values.valuesAt,
    bytes: values.bytes,
    // Why an address has none is no country and no AS that could be counted.
    keyAt: (number) =>
      noWhereabouts.some((why) => why === values.valuesAt(number)[0])
        ? undefined
        : values.keyAt(number),
    numbersOf: byAddress('remoteAddress', (distinct, ids) =>
      ids.map((id) => values.numberOf([valueOf(distinct, id * addressBytes)])),
    ),
  }
}
