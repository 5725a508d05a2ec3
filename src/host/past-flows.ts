import { LogError } from '../log/log-error.ts'
import { scanLog } from '../log/scan-log.ts'
import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import type { RecordingStatus } from '../model/live-message.ts'
import { hostTime, type HostTime, type Millis } from '../model/quantity.ts'
import { storedTimes } from '../model/stored-times.ts'
import { joined } from '../query/flow-of-window.ts'
import type { Attached } from './live-session.ts'

/** Which records of the log to make flows of. */
export interface PastRequest {
  readonly directory: string
  /** Within one run of the recorder, so that an id is one flow. */
  readonly from: HostTime
  readonly to: HostTime
  /** Due but not in the log yet, when the recorder was asked; some of them may be there by now. */
  readonly waiting: readonly FlowRecord[]
}

/**
 * Flows that ended in the range, in the order of their ends: records of one flow are summed, flows that go on are
 * left out. A flow that began before the range has what it did since, and is marked partial. @throws LogError
 */
export function pastFlows({ directory, from, to, waiting }: PastRequest): FlowRecord[] {
  const flows = new Map<number, FlowRecord>()
  const seen = new Set<string>()
  const add = (record: FlowRecord) => {
    // A waiting record has fractions of ms, and none of them once it is in the log.
    const piece = `${record.id} ${storedTimes.start(record)} ${storedTimes.end(record)}`
    // What the privacy rules withheld is one record an export, of no flow.
    if (record.id === 0 || seen.has(piece)) return
    seen.add(piece)
    const before = flows.get(record.id)
    flows.set(record.id, before ? joined(before, record) : begun(record, from))
  }
  for (const piece of scanLog(directory, { from, to }))
    if (piece.kind === 'rows') piece.rows.forEach(add)
  waiting.filter(({ end }) => end >= from && end < to).forEach(add)
  return [...flows.values()]
    .filter(({ endReason }) => endReason !== 'active' && endReason !== 'open')
    .toSorted((a, b) => a.end - b.end)
}

const begun = (record: FlowRecord, from: HostTime): FlowRecord =>
  record.start < from ? { ...record, flags: record.flags | flowFlag.partial } : record

/** No past: all that a look sees is what happens during it. */
export const noPast: Attached = { past: (_recording, at) => ({ from: at, flows: [] }) }

/**
 * The past `length` from the recorder's log; less of it where it holds more records than a reader should read
 * before its first screen, and none where this user may not read it.
 */
export const pastFromLog = (length: Millis): Attached => ({
  past(recording, at, waiting) {
    if (!recording) return noPast.past(recording, at, waiting)
    const from = hostTime(Math.max(recording.since, at - length, at - affordable(recording, at)))
    try {
      return { from, flows: pastFlows({ directory: recording.directory, from, to: at, waiting }) }
    } catch (error) {
      if (!(error instanceof LogError)) throw error
      return noPast.past(recording, at, waiting)
    }
  },
})

/** The time in which the recorder writes as many records as are read at most, in ms. */
function affordable({ records, since }: RecordingStatus, at: HostTime): number {
  return records === 0 ? Infinity : (limits.pastRecordsMax * Math.max(1, at - since)) / records
}
