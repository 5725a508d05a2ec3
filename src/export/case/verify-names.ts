import type { Database, SqlValue } from 'sql.js'
import { addressBytes, formatAddress, isIpv4 } from '../../model/address.ts'
import { printOf } from './names.ts'
import { rows } from '../sqlite/rows.ts'
import type { Alteration } from './alteration.ts'

/** Rows of `addr` and `proc` whose columns contradict the one by which flows are told apart. */
export function* verifyNames(database: Database): Generator<Alteration> {
  for (const [id, ip, family, key] of rows(database, 'SELECT id, ip, family, key FROM addr'))
    if (!isAddress({ ip, family, key }))
      yield { where: `addr ${String(id)}`, what: 'its text is not that of its key' }
  for (const [id, ...columns] of rows(database, 'SELECT * FROM proc'))
    if (!hasPrint(columns)) yield { where: `proc ${String(id)}`, what: 'does not match its print' }
}

type SqlFields = Readonly<Record<'ip' | 'family' | 'key', SqlValue | undefined>>

function isAddress({ ip, family, key }: SqlFields): boolean {
  if (!(key instanceof Uint8Array) || key.length !== addressBytes) return false
  return formatAddress(key) === ip && (isIpv4(key) ? 4 : 6) === family
}

function hasPrint(columns: readonly SqlValue[]): boolean {
  const print = columns.at(-1)
  if (!(print instanceof Uint8Array)) return false
  return Buffer.compare(print, printOf(columns.slice(0, -1))) === 0
}
