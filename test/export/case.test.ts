import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import type { Database, SqlValue } from 'sql.js'
import { describe, expect, test } from 'vitest'
import type { Alteration } from '../../src/export/case/alteration.ts'
import { storedPieces } from '../../src/export/case/stored-pieces.ts'
import { tables } from '../../src/export/case/tables.ts'
import { verifyCase } from '../../src/export/case/verify-case.ts'
import { loadSqlite } from '../../src/export/sqlite/load-sqlite.ts'
import { selfTest } from '../../src/export/sqlite/self-test.ts'
import { formatAddress } from '../../src/model/address.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from '../../src/model/flow.ts'
import { accountOf, type Owner } from '../../src/model/owner.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { anyFlow } from '../sim/any-flow.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { readCase, writeCase, writePieces } from './scratch-case.ts'

const epoch = 1_700_000_000_000

/** What a reader of the tables gets of a row, told by the record alone. */
function expectedRow(flow: FlowRecord): Record<string, SqlValue> {
  return {
    flow_id: flow.id,
    start_ms: Math.floor(Math.min(flow.start, flow.end)),
    end_ms: Math.floor(flow.end),
    protocol: flow.protocol,
    direction: directions.indexOf(flow.direction),
    local_ip: formatAddress(flow.localAddress),
    local_port: flow.localPort,
    remote_ip: formatAddress(flow.remoteAddress),
    remote_port: flow.remotePort,
    used_by: processOf(flow.actor ?? flow.owner),
    opened_by: processOf(flow.owner),
    netns: flow.netns,
    tx_bytes: flow.txBytes,
    rx_bytes: flow.rxBytes,
    tx_packets: flow.txPackets,
    rx_packets: flow.rxPackets,
    rtt_us: flow.rttUs,
    retransmits: flow.retransmits,
    state: tcpStates.indexOf(flow.state),
    end_reason: endReasons.indexOf(flow.endReason),
    flags: flow.flags,
  }
}

function processOf(owner: Owner): string {
  if (owner.kind !== 'process') return `${owner.kind}||||${accountOf(owner)?.uid ?? ''}`
  return [owner.kind, owner.pid, owner.process, owner.exe, owner.uid].join('|')
}

const processColumns = (p: string) =>
  `concat_ws('|', ${p}.kind, coalesce(${p}.pid, ''), ${p}.process, ${p}.exe, coalesce(${p}.uid, ''))`

const allRows = `SELECT f.flow_id, f.start_ms, f.end_ms, f.protocol, f.direction, l.ip AS local_ip, f.local_port,
  m.ip AS remote_ip, f.remote_port, ${processColumns('p')} AS used_by, ${processColumns('o')} AS opened_by, f.netns,
  f.tx_bytes, f.rx_bytes, f.tx_packets, f.rx_packets, f.rtt_us, f.retransmits, f.state, f.end_reason, f.flags
  FROM flow f JOIN addr l ON l.id = f.local_addr JOIN addr m ON m.id = f.remote_addr JOIN proc p ON p.id = f.proc
  JOIN proc o ON o.id = f.opened_by ORDER BY f.id`

function rowsOf(database: Database): Record<string, SqlValue>[] {
  const [result] = database.exec(allRows)
  return (result?.values ?? []).map((row) =>
    Object.fromEntries(row.map((value, i) => [result!.columns[i]!, value])),
  )
}

const tableOf = (database: Database, table: string) =>
  database.exec(`SELECT * FROM ${table} ORDER BY id`)[0]?.values

describe('a case', () => {
  test('holds the rows that were put in, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFlow, { maxLength: 30 }), async (flows) => {
        const path = join(scratchDirectory(), 'case.db')
        await writeCase(path, { web1: flows })
        const file = await readCase(path)
        expect(rowsOf(file.database)).toEqual(flows.map(expectedRow))
        expect([...verifyCase(file)]).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('written out of another has the same rows, gaps, losses and files', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyFlow, { minLength: 1, maxLength: 20 }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (hosts) => {
          const [first, second] = ['a.db', 'b.db'].map((name) => join(scratchDirectory(), name))
          await writeCase(first!, Object.fromEntries(hosts.map((flows, i) => [`web${i}`, flows])))
          const file = await readCase(first!)
          const kept = new Set(hosts.map((_, i) => i + 1))
          await writePieces(second!, storedPieces(file, kept))
          const { database } = file
          const again = await readCase(second!)
          const { database: copy } = again
          expect([...verifyCase(again)]).toEqual([])
          expect(rowsOf(copy)).toEqual(rowsOf(database))
          for (const table of ['proc', 'addr', 'gap', 'lost', 'segment', 'host', 'run'])
            expect(tableOf(copy, table), table).toEqual(tableOf(database, table))
        },
      ),
      { numRuns: 20 },
    )
  })

  test('names an address and a process once, whoever uses them', async () => {
    const path = join(scratchDirectory(), 'case.db')
    await writeCase(path, {
      web1: numberedFlows(1, 300, epoch),
      web2: numberedFlows(1, 300, epoch),
    })
    const { database } = await readCase(path)
    const count = (table: string) =>
      database.exec(`SELECT count(*) FROM ${table}`)[0]?.values[0]?.[0]
    expect([count('flow'), count('addr'), count('proc'), count('run'), count('digest')]).toEqual([
      600, 2, 1, 2, 4,
    ])
  })
})

describe('a case that was altered', () => {
  const columns = Object.entries(tables)
    .filter(([table]) => table !== 'signature')
    .flatMap(([table, spec]) => spec.columns.map((column) => ({ table, column })))

  test.each(columns)(
    'does not verify with another $column.name in $table',
    async ({ table, column }) => {
      const altered = await alteredBy((sql) => {
        const by: Record<typeof column.type, string> = {
          INTEGER: `coalesce(${column.name}, 0) + 1000`,
          TEXT: `${column.name} || 'x'`,
          BLOB: `CAST(substr(${column.name}, 2) || x'99' AS BLOB)`,
        }
        sql(`UPDATE ${table} SET ${column.name} = ${by[column.type]} WHERE rowid_or_key`)
      }, table)
      expect(altered).not.toEqual([])
    },
  )

  test.each(Object.keys(tables).filter((table) => table !== 'signature'))(
    'does not verify with a row of %s gone',
    async (table) => {
      expect(
        await alteredBy((sql) => sql(`DELETE FROM ${table} WHERE rowid_or_key`), table),
      ).not.toEqual([])
    },
  )

  test('is told by the block of 256 rows and the host', async () => {
    const altered = await alteredBy((sql) => sql('UPDATE flow SET tx_bytes = 0 WHERE id = 300'))
    expect(withoutPages(altered).map(({ where }) => where)).toEqual(['flows 257 to 300 of host 1'])
  })

  test('does not verify with its hosts swapped', async () => {
    const altered = await alteredBy((sql) => sql('UPDATE run SET host = 3 - host'))
    expect(altered.map(({ where }) => where)).toContain('host 1')
  })

  test('does not verify with a view that hides rows', async () => {
    const altered = await alteredBy((sql) => {
      sql('DROP VIEW by_user')
      sql('CREATE VIEW by_user AS SELECT 1')
    })
    expect(withoutPages(altered)).toEqual([
      { where: 'table, view or index by_user', what: 'is defined otherwise' },
    ])
  })
})

test('the paged file does what this sql.js expects of it', async () => {
  expect(selfTest(await loadSqlite(), join(scratchDirectory(), 'scratch'))).toBe(true)
})

/** What SQLite leaves behind in a page that it changes is found too. */
const withoutPages = (altered: readonly Alteration[]) =>
  altered.filter(({ where }) => !where.startsWith('page '))

/** Of two hosts; made once, because each altered case begins with it. */
const original = memoized(async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'e2etop-case-')), 'case.db')
  const flows = numberedFlows(1, 300, epoch)
  await writeCase(path, { web1: flows, web2: flows.slice(0, 20) })
  const bytes = readFileSync(path)
  rmSync(dirname(path), { recursive: true })
  return bytes
})

function memoized<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** What verifying finds in the case after the statements. `rowid_or_key`: the first row. */
async function alteredBy(alter: (sql: (text: string) => void) => void, table = 'flow') {
  const sqlite = await loadSqlite()
  // A copy: slice() of a Buffer, by which SQLite takes its own, shares the memory.
  const database = new sqlite.Database(new Uint8Array(await original()))
  const key = table === 'meta' ? 'key' : table === 'seal' ? 'subject' : 'id'
  alter((text) =>
    database.run(text.replace('rowid_or_key', `${key} = (SELECT min(${key}) FROM ${table})`)),
  )
  const path = join(scratchDirectory(), 'altered.db')
  writeFileSync(path, database.export())
  database.close()
  return [...verifyCase(await readCase(path))]
}
