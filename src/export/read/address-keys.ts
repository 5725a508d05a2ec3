import { addressBytes } from '../../model/address.ts'
import { longer } from '../../query/longer.ts'
import type { ReadCase } from '../case/read-case.ts'
import { leafRecords } from '../sqlite/leaf-records.ts'
import { noTree } from '../sqlite/page-reader.ts'
import { serialType } from '../sqlite/record.ts'
import { tableLeaves } from '../sqlite/table-leaves.ts'

/** Header and types of a row of `addr` before its text's type; the text is short, so that each takes a byte. */
const rowHeaderBytes = 5

/**
 * The keys of all addresses of a case, 16 bytes each, in the order of their numbers from 1 on. From the pages: by SQL a
 * hundred thousand of them would take 0.1 s. @throws ExportError where one is missing
 */
export function addressKeys({ pages, roots }: ReadCase): Uint8Array {
  let keys = new Uint8Array(addressBytes * 1024)
  let count = 0
  for (const leaf of tableLeaves(pages, roots.get('addr')!)) {
    const bytes = pages.read(leaf)
    for (const { row, at, end } of leafRecords(bytes)) {
      const isKey = bytes[at] === rowHeaderBytes && bytes[at + 4] === serialType.blob(addressBytes)
      if (!isKey || row !== count + 1) throw noTree(`address ${row} is none`)
      const used = (count + 1) * addressBytes
      if (used > keys.length) keys = longer(keys, used)
      keys.set(bytes.subarray(end - addressBytes, end), count * addressBytes)
      count += 1
    }
  }
  return keys.subarray(0, count * addressBytes)
}
