import type { Database, SqlValue } from 'sql.js'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { rows } from '../sqlite/rows.ts'

/** What a case says of itself: not checked, but its text made safe to print. */
export interface CaseContents {
  readonly meta: ReadonlyMap<string, string>
  readonly hosts: readonly ContainedHost[]
  readonly flows: number
  readonly signatures: readonly string[]
}

export interface ContainedHost {
  readonly id: number
  readonly name: string
  readonly state: string
  /** One line for each reason why it is not whole. */
  readonly why: readonly string[]
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
  /** How it captured. */
  readonly source: string
}

/** Throws SQLite's own errors where a table is not there. */
export function caseContents(database: Database): CaseContents {
  const meta = new Map<string, string>()
  for (const [key, value] of rows(database, 'SELECT key, value FROM meta ORDER BY key'))
    meta.set(name(key), sentence(String(value)))
  const hosts: ContainedHost[] = []
  for (const row of rows(
    database,
    'SELECT id, name, state, why, from_ms, to_ms, source FROM host ORDER BY id',
  ))
    hosts.push(hostOf(row))
  const [flows] = [...rows(database, 'SELECT coalesce(max(id), 0) FROM flow')]
  const signatures = [...rows(database, 'SELECT signature FROM signature ORDER BY id')]
  return {
    meta,
    hosts,
    flows: Number(flows?.[0]),
    signatures: signatures.map(([text]) => String(text)),
  }
}

const name = (value: SqlValue | undefined) => cleanText(String(value), limits.nameLength)
const sentence = (text: string) => cleanText(text, limits.sentenceLength)

const hostOf = ([
  id,
  host,
  state,
  why,
  fromMs,
  toMs,
  source,
]: readonly SqlValue[]): ContainedHost => ({
  id: Number(id),
  name: name(host),
  state: name(state),
  why: why === '' ? [] : String(why).split('\n').map(sentence),
  fromMs: typeof fromMs === 'number' ? fromMs : undefined,
  toMs: typeof toMs === 'number' ? toMs : undefined,
  source: name(source),
})
