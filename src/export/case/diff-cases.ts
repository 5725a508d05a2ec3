import { conversations, type Conversation } from '../read/conversations.ts'
import type { ReadCase } from './read-case.ts'

/** Who talks to whom, in two cases. */
export interface CaseChange extends Conversation {
  readonly kind: 'new' | 'gone' | 'grown' | 'shrunk'
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** What a change must reach to be told: a factor, of conversations that are in both. */
export interface DiffRules {
  readonly factor: number
}

/** New, gone, grown and shrunk conversations of the second case, the largest change in bytes first. @throws ExportError */
export function diffCases(before: ReadCase, after: ReadCase, rules: DiffRules): CaseChange[] {
  const earlier = new Map<string, number>()
  for (const { bytes, ...of } of conversations(before)) earlier.set(nameOf(of), bytes)
  const changes: CaseChange[] = []
  for (const { bytes, ...of } of conversations(after)) {
    const name = nameOf(of)
    const bytesBefore = earlier.get(name)
    earlier.delete(name)
    const kind = kindOf(bytesBefore, bytes, rules)
    if (kind) changes.push({ kind, ...of, bytesBefore: bytesBefore ?? 0, bytesAfter: bytes })
  }
  for (const [name, bytesBefore] of earlier)
    changes.push({ kind: 'gone', ...conversationOf(name), bytesBefore, bytesAfter: 0 })
  const size = ({ bytesBefore, bytesAfter }: CaseChange) => Math.abs(bytesAfter - bytesBefore)
  return changes.sort((a, b) => size(b) - size(a))
}

function kindOf(
  before: number | undefined,
  after: number,
  { factor }: DiffRules,
): CaseChange['kind'] | undefined {
  if (before === undefined) return 'new'
  if (after >= before * factor && after > before) return 'grown'
  if (before >= after * factor && before > after) return 'shrunk'
  return undefined
}

/** Its fields as JSON. */
const nameOf = ({ host, user, process, remoteIp, port }: Conversation): string =>
  JSON.stringify([host, user, process, remoteIp, port])

function conversationOf(name: string): Conversation {
  const [host, user, process, remoteIp, port] = JSON.parse(name) as [
    string,
    string,
    string,
    string,
    number,
  ]
  return { host, user, process, remoteIp, port }
}
