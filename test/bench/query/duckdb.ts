import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { askModule } from './ask-program.ts'
import { csvColumns, writeCsv } from './csv.ts'
import { days, prepared, type Dataset } from './dataset.ts'
import type { Engine } from './engine.ts'

/** As much of @duckdb/node-api as is used here. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<DuckInstance>
  }
}
interface DuckInstance {
  connect(): Promise<DuckConnection>
}
export interface DuckConnection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): (readonly (string | number)[])[] }>
}

/** No dependency of the project, 70 MB: where the environment says, else where it would be. */
const moduleNames = [process.env['DUCKDB'], '@duckdb/node-api'].flatMap((name) => name ?? [])

function load(): DuckDb | undefined {
  const require = createRequire(import.meta.url)
  for (const name of moduleNames)
    try {
      return require(name.startsWith('@') ? name : resolve(name)) as DuckDb
    } catch {
      // Not there: the next one.
    }
  return undefined
}

/** A database in memory of one thread. */
export async function duckConnection(): Promise<DuckConnection> {
  const instance = await load()!.DuckDBInstance.create(':memory:', { threads: '1' })
  return instance.connect()
}

/** Addresses as two numbers, which DuckDB groups and compares faster than bytes; texts where Parquet has them once. */
const columns = Object.keys(csvColumns).flatMap((name) => {
  if (name !== 'local' && name !== 'remote') return [`"${name}"`]
  const part = (from: number) => `('0x' || substr(${name}, ${from}, 16))::ubigint`
  return [`${part(1)} as ${name}_high`, `${part(17)} as ${name}_low`]
})

async function writeParquet(data: Dataset, folder: string): Promise<void> {
  const csv = await prepared(data, 'csv', (to) => writeCsv(data, to))
  const connection = await duckConnection()
  const names = Object.keys(csvColumns).map((name) => `'${name}'`)
  for (let day = 0; day < days; day++) {
    const name = String(day).padStart(2, '0')
    await connection.runAndReadAll(
      `copy (select ${columns.join(', ')} from read_csv('${join(csv, name)}.csv', header = false, names = [${names.join(', ')}]))
        to '${join(folder, name)}.parquet' (format parquet, compression zstd)`,
    )
  }
}

export const duckdb: Engine = {
  name: 'DuckDB',
  missing: () =>
    load()
      ? undefined
      : 'not here: npm i @duckdb/node-api@1.5.6-r.1 somewhere, DUCKDB=.../node_modules/@duckdb/node-api',
  prepare: (data) => prepared(data, 'parquet', (folder) => writeParquet(data, folder)),
  ask: askModule('duckdb'),
}
