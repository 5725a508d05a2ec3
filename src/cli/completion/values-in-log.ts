import { hostname } from 'node:os'
import { HostError } from '../../host/host-error.ts'
import { localAsking } from '../../host/local-asking.ts'
import { LogError } from '../../log/log-error.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, millis } from '../../model/quantity.ts'
import type { ValuesSeen } from '../../query/filter/complete-filter.ts'
import type { GroupableField } from '../../query/question.ts'
import { noLimits } from '../../query/question.ts'

const fields = ['process', 'user', 'container', 'exe', 'cgroup'] as const satisfies GroupableField[]
const dayMs = 86_400_000

/**
 * Owners of the flows of the last day, those with most bytes first, as many as are found in the time in which a key may
 * be answered. None where there is no log to read: completion is no place for complaints.
 */
export async function valuesInLog(directory: string): Promise<ValuesSeen> {
  const at = hostTime(Date.now())
  const clock = () => millis(performance.now())
  const asking = localAsking({ host: hostname(), log: directory, live: 'none', at, clock })
  const question = {
    range: { from: hostTime(at - dayMs), to: hostTime(at + dayMs) },
    by: fields.map((field) => ({ kind: 'field', field }) as const),
    measures: [{ kind: 'sum', of: 'bytes' }] as const,
    booking: 'at end' as const,
    groupsSent: limits.groupsSent,
    budget: { ...noLimits, groups: limits.groupsSent, time: millis(limits.completionMs) },
  }
  try {
    const { partial } = await asking.ask(question, {})
    const values = (i: number) => [
      ...new Set(
        [...partial.groups].flatMap(({ key }) => (key[i] === null ? [] : [String(key[i])])),
      ),
    ]
    return Object.fromEntries(fields.map((field, i) => [field, values(i)]))
  } catch (error) {
    if (!(error instanceof LogError || error instanceof HostError)) throw error
    return {}
  }
}
