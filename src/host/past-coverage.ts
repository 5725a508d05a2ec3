import { formatFilter } from '../query/filter/format-filter.ts'
import type { Filter } from '../query/filter/filter.ts'
import { nameOfMany, type HostOfMany } from '../query/hosts-of-many.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { TimeRange } from '../query/question.ts'
import type { Coverage } from '../query/session.ts'
import { sentences, type Lack } from '../query/lacks.ts'

interface PastHosts {
  /** How each of many hosts answered; none where this host was asked. */
  readonly hosts: readonly HostOfMany[]
  /** Of one that was heard; undefined where none was. */
  readonly coverage: HostCoverage | undefined
  readonly lacks: readonly Lack[]
}

/** Coverage of what hosts had recorded in a time. */
export const pastCoverage = (
  { from, to }: TimeRange,
  where: Filter | undefined,
  { hosts, coverage, lacks }: PastHosts,
): Coverage => ({
  host: hosts.length > 0 ? nameOfMany(hosts) : (coverage?.host ?? ''),
  ...(hosts.length > 0 && { hosts }),
  from,
  to,
  capture: coverage?.capture ?? { source: 'bpf', since: from, sees: [], blind: [], lost: [] },
  gaps: [],
  attached: true,
  flowsLetGo: 0,
  stale: undefined,
  past: { missing: sentences(lacks) },
  ...(where && { filter: { text: formatFilter(where), flowsUntested: 0 } }),
})
