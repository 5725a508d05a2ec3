import type { ContainedHost } from '../../export/case/case-contents.ts'
import type { CaseHost } from '../../export/case/case-writer.ts'
import type { WrittenCase } from '../../export/case/write-case.ts'
import { isoTime } from '../../model/vocabulary.ts'
import { formatQuantity } from '../../ui/text/units.ts'

/** What was written, for stdout: the seal is what a custody form needs. */
export function caseSummary(path: string, written: WrittenCase): string {
  const { flows, bytes, hosts, seal, signing } = written
  const head = `${path}: ${flows} records, ${formatQuantity(bytes)}B`
  const tail = `seal ${seal}, ${signing.kind === 'signed' ? 'signed' : 'not signed'}`
  return [head, ...hosts.map(hostLine), tail, ''].join('\n')
}

type NamedHost = Pick<CaseHost | ContainedHost, 'name' | 'state' | 'fromMs' | 'toMs'>

/** How whole a host's part is, and of which time. */
export const hostLine = ({ name, state, fromMs, toMs }: NamedHost): string =>
  typeof fromMs === 'number' && typeof toMs === 'number'
    ? `  ${name}: ${state}, ${isoTime(fromMs)} to ${isoTime(toMs)}`
    : `  ${name}: ${state}`

/** One line for each reason why the case may be short of what was asked. */
export const whatIsMissing = ({ hosts, signing }: WrittenCase): string[] => [
  ...hosts.flatMap(({ name, why }) =>
    why === '' ? [] : why.split('\n').map((line) => `${name}: ${line}`),
  ),
  ...(signing.kind === 'failed' ? [`${signing.why.message}; ${signing.why.next}`] : []),
]
