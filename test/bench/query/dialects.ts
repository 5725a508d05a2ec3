import { needle, type Dialect } from './questions.ts'

const bytes = Buffer.from(needle)
const mapped = 0xffffn * 2n ** 32n

/** Addresses as 16 bytes. */
export const sqliteDialect: Dialect = {
  flows: 'flow join owner on owner.id = flow.owner',
  isV4: `substr(remote, 1, 12) = x'00000000000000000000ffff'`,
  v4Net: `lower(hex(substr(remote, 13, 3)))`,
  v6Net: `lower(hex(substr(remote, 1, 6)))`,
  isNeedle: `remote = x'${bytes.toString('hex')}'`,
  remote: 'remote',
}

/** Addresses as two numbers, which it groups and compares faster than bytes. */
export const duckDialect: Dialect = {
  flows: 'flow',
  isV4: `remote_high = 0 and remote_low >> 32 = 65535`,
  v4Net: `printf('%06x', (remote_low - ${mapped}::ubigint) >> 8)`,
  v6Net: `printf('%012x', remote_high >> 16)`,
  isNeedle: `remote_high = 0 and remote_low = ${bytes.readBigUInt64BE(8)}`,
  remote: 'remote_high, remote_low',
}
