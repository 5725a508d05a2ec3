import type { HostCoverage } from '../../query/partial-answer.ts'
import { shortfalls, silence } from '../../query/shortfalls.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import { exitCode } from '../exit-code.ts'
import type { AnsweredStatus } from './answer-json.ts'
import type { Answering } from './answering.ts'
import { localTime, zonedTime } from './local-time.ts'

/** Says beside an answer what it rests on and what is missing from it, and gives the exit code. */
export function reportCoverage(answering: Answering, status: AnsweredStatus): number {
  const { at, explain, format } = answering
  const { coverage, silent } = status
  if (format === 'table') explain(summary(status))
  const missing = [
    ...silent.map(silence),
    ...coverage.flatMap((host) =>
      shortfalls(host, at).map((line) =>
        coverage.length + silent.length > 1 ? `${host.host}: ${line}` : line,
      ),
    ),
  ]
  for (const line of missing) explain(line)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}

function summary({ asked, at, coverage }: AnsweredStatus): string {
  const { from, to } = asked.range
  const sum = (of: (host: HostCoverage) => number) =>
    coverage.reduce((all, one) => all + of(one), 0)
  const rows = sum(({ rowsScanned }) => rowsScanned)
  const bytes = sum(({ bytesRead }) => bytesRead)
  const end = Math.min(to, at)
  return `${localTime(from)} to ${zonedTime(end)}; ${formatQuantity(rows)} records, ${formatQuantity(bytes)}B read`
}
