import { isoTime, namedFields } from '../model/vocabulary.ts'
import type { Answer } from '../query/session.ts'
import { namedToldGap, toldGaps } from '../query/told-gaps.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

/** A status line, then a line for each flow, under the names of the vocabulary. */
export function jsonLines({ rows, coverage }: Answer): string {
  const { host, capture, attached, from, to, stale, flowsLetGo, filter, gaps } = coverage
  const status = {
    type: 'status',
    schema,
    host,
    source: capture.source,
    via_recorder: attached,
    sees: capture.sees,
    blind: capture.blind,
    lost: capture.lost.map((loss) => ({ ...loss, last: isoTime(loss.last) })),
    gaps: toldGaps(gaps).map(namedToldGap),
    from: isoTime(from),
    to: isoTime(to),
    flows_let_go: flowsLetGo,
    where: filter?.text ?? null,
    flows_untested: filter?.flowsUntested ?? 0,
    stale: stale ?? null,
  }
  const flows = rows.kind === 'flows' ? rows.flows : []
  const hosts = rows.kind === 'flows' ? rows.hosts : undefined
  const lines = flows.map((flow, i) => ({
    type: 'flow',
    ...namedFields(flow, hosts?.[i] ?? host),
  }))
  return [status, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}
