import { isoTime, namedFields } from '../model/vocabulary.ts'
import type { Filter } from '../query/filter/filter.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { Answer } from '../query/session.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

/** A status line, then a line for each flow, under the names of the vocabulary. `where`: the filter they passed. */
export function jsonLines({ rows, coverage }: Answer, where: Filter | undefined): string {
  const { host, capture, attached, from, to, stale, flowsLetGo } = coverage
  const status = {
    type: 'status',
    schema,
    host,
    source: capture.source,
    via_recorder: attached,
    sees: capture.sees,
    blind: capture.blind,
    lost: capture.lost.map((loss) => ({ ...loss, last: isoTime(loss.last) })),
    from: isoTime(from),
    to: isoTime(to),
    where: where ? formatFilter(where) : null,
    flows_let_go: flowsLetGo,
    stale: stale ?? null,
  }
  const flows = rows.kind === 'flows' ? rows.flows : []
  const lines = flows.map((flow) => ({ type: 'flow', ...namedFields(flow, host) }))
  return [status, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}
