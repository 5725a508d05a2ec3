import type { Database } from 'sql.js'
import { rows } from '../sqlite/rows.ts'

/** Who talks to whom, in two cases. */
export interface CaseChange {
  readonly kind: 'new' | 'gone' | 'grown' | 'shrunk'
  readonly host: string
  readonly user: string
  readonly process: string
  readonly remoteIp: string
  /** The port that names the service; 0 where there is none. */
  readonly port: number
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** Conversations: the accepting end's port is the service's, of a flow that nobody knows to be opened the lower one. */
const conversations = `SELECT h.name, CASE p.user WHEN '' THEN '<' || p.kind || '>' ELSE p.user END,
  CASE p.kind WHEN 'process' THEN p.process ELSE '<' || p.kind || '>' END, m.ip,
  CASE f.direction WHEN 1 THEN f.remote_port WHEN 2 THEN f.local_port ELSE min(f.local_port, f.remote_port) END,
  sum(f.tx_bytes + f.rx_bytes)
  FROM flow f JOIN run r ON r.id = f.run JOIN host h ON h.id = r.host JOIN addr m ON m.id = f.remote_addr
  JOIN proc p ON p.id = f.proc WHERE f.flags & 2 = 0 GROUP BY 1, 2, 3, 4, 5`

/** What a change must reach to be told: a factor, of conversations that are in both. */
export interface DiffRules {
  readonly factor: number
}

/** New, gone, grown and shrunk conversations of the second case, the largest change in bytes first. */
export function diffCases(before: Database, after: Database, rules: DiffRules): CaseChange[] {
  const earlier = bytesByName(before)
  const later = bytesByName(after)
  const changes: CaseChange[] = []
  for (const name of new Set([...earlier.keys(), ...later.keys()])) {
    const bytesBefore = earlier.get(name)
    const bytesAfter = later.get(name)
    const kind = kindOf(bytesBefore, bytesAfter, rules)
    if (kind) changes.push(changeOf(kind, name, [bytesBefore ?? 0, bytesAfter ?? 0]))
  }
  const size = ({ bytesBefore, bytesAfter }: CaseChange) => Math.abs(bytesAfter - bytesBefore)
  return changes.sort((a, b) => size(b) - size(a))
}

function kindOf(
  before: number | undefined,
  after: number | undefined,
  { factor }: DiffRules,
): CaseChange['kind'] | undefined {
  if (before === undefined) return 'new'
  if (after === undefined) return 'gone'
  if (after >= before * factor && after > before) return 'grown'
  if (before >= after * factor && before > after) return 'shrunk'
  return undefined
}

/** The name is the conversation's fields as JSON. */
function bytesByName(database: Database): Map<string, number> {
  const bytes = new Map<string, number>()
  for (const row of rows(database, conversations))
    bytes.set(JSON.stringify(row.slice(0, 5)), Number(row[5]))
  return bytes
}

function changeOf(
  kind: CaseChange['kind'],
  name: string,
  [bytesBefore, bytesAfter]: readonly [number, number],
): CaseChange {
  const [host, user, process, remoteIp, port] = JSON.parse(name) as [
    string,
    string,
    string,
    string,
    number,
  ]
  return { kind, host, user, process, remoteIp, port, bytesBefore, bytesAfter }
}
