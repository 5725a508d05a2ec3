import { spawnSync } from 'node:child_process'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'sql.js'
import { databaseOver, emptyDatabase, loadSqlite } from '../../../src/export/sqlite/load-sqlite.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { runMeasured } from '../run-measured.ts'
import { askModule } from './ask-program.ts'
import { csvColumns } from './csv.ts'
import { batchesOf, prepared, type Dataset } from './dataset.ts'
import { sqliteDialect } from './dialects.ts'
import type { Engine } from './engine.ts'
import { sqlOf, type Rows } from './questions.ts'

const fileName = 'flows.sqlite'
const ofOwner = ['process', 'exe', 'uid', 'user', 'cgroup', 'container']
const ofFlow = Object.keys(csvColumns).filter((name) => !ofOwner.includes(name))
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')

/** The file as a database that is read and written page by page. */
export async function withDatabase<T>(folder: string, flags: string, use: (db: Database) => T) {
  const sqlite = await loadSqlite()
  const fd = openSync(join(folder, fileName), flags)
  const seed = flags.startsWith('w') ? emptyDatabase(sqlite) : undefined
  if (seed) writeSync(fd, seed, 0, seed.length, 0)
  const db = databaseOver(sqlite, fd, statSync(join(folder, fileName)).size)
  try {
    return use(db)
  } finally {
    db.close()
    closeSync(fd)
  }
}

/** Texts of owners once, addresses as 16 bytes, and no index: that one an operator's question has none for. */
function fill(db: Database, data: Dataset): void {
  db.run(`pragma journal_mode = off; create table owner(id integer primary key, ${quoted(ofOwner)});
    create table flow(${quoted([...ofFlow, 'owner'])}); begin`)
  const places = (count: number) => Array(count).fill('?').join(', ')
  const addOwner = db.prepare(`insert into owner values(${places(ofOwner.length + 1)})`)
  const addFlow = db.prepare(`insert into flow values(${places(ofFlow.length + 1)})`)
  const owners = new Map<string, number>()
  const valueOf = (flow: FlowRecord) => (name: string) => {
    if (name === 'local') return flow.localAddress
    if (name === 'remote') return flow.remoteAddress
    return csvColumns[name]!(flow)
  }
  for (const { flows } of batchesOf(data))
    for (const flow of flows) {
      const owner = ofOwner.map(valueOf(flow))
      const name = String(owner)
      const known = owners.get(name) ?? owners.size
      if (known === owners.size) {
        owners.set(name, known)
        addOwner.run([known, ...owner])
      }
      addFlow.run([...ofFlow.map(valueOf(flow)), known])
    }
  db.run('commit')
  for (const statement of [addOwner, addFlow]) statement.free()
}

const prepare = (data: Dataset) =>
  prepared(data, 'sqlite', (folder) => withDatabase(folder, 'wx+', (db) => fill(db, data)))

export const sqlJs: Engine = {
  name: 'sql.js',
  missing: () => undefined,
  prepare,
  ask: askModule('sql.js'),
}

export const sqliteProgram: Engine = {
  name: 'sqlite3',
  missing: () => spawnSync('sqlite3', ['-version']).error && 'not here (apt-get install sqlite3)',
  prepare,
  async ask(folder, question) {
    const sql = sqlOf(sqliteDialect)[question]
    const run = await runMeasured(['sqlite3', '-json', '-readonly', join(folder, fileName), sql])
    const found = JSON.parse(run.output || '[]') as Record<string, string | number>[]
    const rows: Rows = found.map((row) => Object.values(row))
    return { ms: run.wallMs, peakMb: run.peakMb, rows }
  },
}
