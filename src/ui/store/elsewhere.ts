import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { limits } from '../../model/limits.ts'
import { vocabulary } from '../../model/vocabulary.ts'
import type { Candidate } from '../../query/filter/complete-filter.ts'
import type { Filter } from '../../query/filter/filter.ts'
import { protocolsWithPorts } from '../../query/filter/flow-predicate.ts'
import { formatFilter, formatText } from '../../query/filter/format-filter.ts'
import type { Answer } from '../../query/session.ts'
import { groupId, noTotals, type GroupTotals } from '../../query/totals.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import { groupNames } from './group-names.ts'
import { groupViews } from './views.ts'

/** Something that was looked for on all hosts. */
export interface Elsewhere {
  readonly filter: Filter
  /** What was recorded of it; undefined until the hosts have said so. */
  readonly recorded: Answer | undefined
}

/** Where it was found: now, and in the recorded time. */
export interface FoundPlace {
  readonly names: readonly string[]
  readonly now: GroupTotals
  readonly recorded: GroupTotals
}

/** What of a row may be on other hosts too, as filters: its peer, its program, its user. */
export function offersOfFlow({ flow }: FlowRow): readonly Candidate[] {
  const actor = actorOf(flow)
  const exe = vocabulary.exe(flow)
  const offers: Candidate[] = [
    { text: `host ${vocabulary.remote_ip(flow)}`, help: 'who talks to that address' },
  ]
  if (protocolsWithPorts.has(flow.protocol))
    offers.push({ text: otherEndOf(flow), help: 'the other end of this flow' })
  if (actor.kind === 'process') {
    offers.push({ text: `process ${formatText(actor.process)}`, help: 'who runs that program' })
    if (exe) offers.push({ text: `exe ${formatText(exe)}`, help: 'who runs it from that path' })
    if (actor.user)
      offers.push({ text: `user ${formatText(actor.user)}`, help: 'where else that user is' })
  }
  return offers
}

/** Who has any of several; none where the text would be too long to type. */
export function offerOfAny(texts: readonly (string | undefined)[]): readonly Candidate[] {
  const each = [...new Set(texts)].flatMap((text) =>
    text === undefined ? [] : [/ (and|or) /.test(text) ? `(${text})` : text],
  )
  const text = each.join(' or ')
  return each.length === 0 || text.length > limits.filterLength
    ? []
    : [{ text, help: 'any of the tagged rows' }]
}

/** Its far end, as the host there has it, if no address is translated between them. */
const otherEndOf = (flow: FlowRecord): string =>
  `local host ${vocabulary.remote_ip(flow)} and local port ${flow.remotePort} and ` +
  `remote host ${vocabulary.local_ip(flow)} and remote port ${flow.localPort}`

/** The same of a group: all that it is, then each part of it. */
export function offersOfGroup(row: GroupRow): readonly Candidate[] {
  if (row.flow) return offersOfFlow(row.flow)
  const filter = row.scopes().at(-1)?.filter
  if (!filter) return []
  const parts = filter.kind === 'and' ? filter.parts : []
  return (
    [filter, ...parts]
      .map(formatFilter)
      // Also where the host itself has that address.
      .map((text) => ({ text: text.replace(/^remote (?=host|net)/, ''), help: '' }))
  )
}

/** Largest in the recorded time first. */
export function placesFound(
  now: readonly GroupTotals[],
  recorded: readonly GroupTotals[],
): readonly FoundPlace[] {
  const [live, past] = [now, recorded].map(
    (groups) => new Map(groups.map((group) => [groupId(group.key), group])),
  )
  const keys = new Map([...now, ...recorded].map(({ key }) => [groupId(key), key]))
  return [...keys]
    .map(([id, key]) => ({
      names: groupNames(groupViews.places, key),
      now: live!.get(id) ?? noTotals(key),
      recorded: past!.get(id) ?? noTotals(key),
    }))
    .filter((place) => place.now.flows + place.recorded.flows > 0)
    .toSorted((a, b) => bytesOf(b) - bytesOf(a))
}

const bytesOf = ({ now, recorded }: FoundPlace) =>
  Math.max(now.txBytes + now.rxBytes, recorded.txBytes + recorded.rxBytes)
