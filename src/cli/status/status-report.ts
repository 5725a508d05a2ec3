import type { LogStats } from '../../log/log-stats.ts'
import type { Gap } from '../../model/gap.ts'
import type { RecorderStatus, RecordingStatus } from '../../model/live-message.ts'
import type { HostTime } from '../../model/quantity.ts'
import { isoTime, namedGap } from '../../model/vocabulary.ts'
import { formatDuration, formatQuantity } from '../../ui/text/units.ts'
import { exitCode } from '../exit-code.ts'

/** What was heard of the recorder. */
export type RecorderFinding =
  | { readonly kind: 'running'; readonly version: string; readonly status: RecorderStatus }
  | { readonly kind: 'none' }
  /** It may run; why it cannot be asked, and what to do. */
  | { readonly kind: 'unknown'; readonly why: string; readonly next: string }

/** What was found of the log. */
export type LogFinding =
  | { readonly kind: 'log'; readonly stats: LogStats; readonly freeBytes: number }
  | { readonly kind: 'unreadable'; readonly why: string; readonly next: string }

export interface StatusFindings {
  readonly at: HostTime
  readonly directory: string
  readonly socket: string
  readonly recorder: RecorderFinding
  readonly log: LogFinding
}

const dayMs = 86_400_000
/** A rate over less than this would be noise. */
const rateTimeMs = 60_000

/** 0: it records and all is readable. 1: nothing records. 3: it could not be told, or the log is in trouble. */
export function statusExitCode({ recorder, log }: StatusFindings): number {
  if (recorder.kind === 'none') return exitCode.failed
  const recording = recorder.kind === 'running' ? recorder.status.recording : undefined
  const trouble =
    recorder.kind === 'running' && (recording?.trouble !== '' || recording.upkeepTrouble !== '')
  return recorder.kind === 'unknown' || log.kind === 'unreadable' || trouble
    ? exitCode.partial
    : exitCode.ok
}

/** Bytes a day that the log takes at present; undefined where too little is known. */
export function bytesPerDay({ recorder, log, at }: StatusFindings): number | undefined {
  const recording = recordingOf(recorder)
  const up = recording ? at - recording.since : 0
  if (recording && up >= rateTimeMs && recording.bytes > 0) return (recording.bytes / up) * dayMs
  if (log.kind !== 'log' || log.stats.oldest === undefined) return undefined
  const age = at - log.stats.oldest
  return age >= rateTimeMs ? (log.stats.bytes / age) * dayMs : undefined
}

/** Days of records that the log will hold at today's rate, by whichever limit is reached first. */
export function daysHeld(findings: StatusFindings): number | undefined {
  const retention = recordingOf(findings.recorder)?.retention
  const rate = bytesPerDay(findings)
  if (!retention || rate === undefined || findings.log.kind !== 'log') return undefined
  const { stats, freeBytes } = findings.log
  const room = Math.min(retention.bytes, Math.max(0, stats.bytes + freeBytes - retention.freeBytes))
  return Math.min(retention.days, room / rate)
}

const recordingOf = (recorder: RecorderFinding): RecordingStatus | undefined =>
  recorder.kind === 'running' ? recorder.status.recording : undefined

/** Version of the JSON; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

export function statusJson(findings: StatusFindings): string {
  const { recorder, log, directory, at } = findings
  const status = recorder.kind === 'running' ? recorder.status : undefined
  const recording = status?.recording
  const report = {
    type: 'recorder-status',
    schema,
    at: isoTime(at),
    recorder: recorder.kind,
    why: recorder.kind === 'unknown' ? recorder.why : null,
    version: recorder.kind === 'running' ? recorder.version : null,
    since: recording ? isoTime(recording.since) : null,
    source: status?.capture.source ?? null,
    blind: status?.capture.blind ?? [],
    flows_now: status?.liveFlows ?? null,
    records_written: recording?.records ?? null,
    bytes_written: recording?.bytes ?? null,
    records_waiting: recording?.waiting ?? null,
    last_write: recording ? isoTime(recording.writtenAt) : null,
    export_timer_s: recording ? recording.exportTimer / 1000 : null,
    trouble: recording?.trouble || null,
    upkeep_trouble: recording?.upkeepTrouble || null,
    lost: status?.capture.lost.map((loss) => ({ ...loss, last: isoTime(loss.last) })) ?? [],
    gaps: recording?.gaps.map(namedGap) ?? [],
    cpu_ms: status?.cpuMs ?? null,
    rss_bytes: status?.rssBytes ?? null,
    log_directory: directory,
    log_unreadable: log.kind === 'unreadable' ? log.why : null,
    log_bytes: log.kind === 'log' ? log.stats.bytes : null,
    log_files: log.kind === 'log' ? log.stats.files : null,
    disk_free_bytes: log.kind === 'log' ? log.freeBytes : null,
    oldest_record: log.kind === 'log' ? isoTime(log.stats.oldest ?? 0) : null,
    bytes_per_day: bytesPerDay(findings) ?? null,
    days_held: daysHeld(findings) ?? null,
    retention: recording?.retention ?? null,
  }
  return `${JSON.stringify(report)}\n`
}

/** For eyes: a word and a sentence a line. */
export function statusText(findings: StatusFindings): string {
  const rows = [...recorderRows(findings), ...logRows(findings)]
  return rows.map(([word, said]) => `${word.padEnd(9)} ${said}\n`).join('')
}

type Row = readonly [string, string]

function recorderRows({ recorder, socket, at }: StatusFindings): readonly Row[] {
  switch (recorder.kind) {
    case 'none':
      return [
        ['recorder', `none runs: nobody listens at ${socket}`],
        ['', 'Start it: sudo systemctl start e2etop-record, or sudo e2etop record'],
        ['', 'To have it run always: sudo e2etop install-service'],
      ]
    case 'unknown':
      return [
        ['recorder', `not known: ${recorder.why}`],
        ['', recorder.next],
      ]
    case 'running':
      return runningRows(recorder.status, at)
  }
}

function runningRows(status: RecorderStatus, at: HostTime): readonly Row[] {
  const { capture, recording, liveFlows, cpuMs, rssBytes } = status
  const since = recording?.since ?? capture.since
  const up = Math.max(1, at - since)
  const share = ((cpuMs / up) * 100).toFixed(1)
  return [
    ['recorder', `up for ${formatDuration(up)}, since ${isoTime(since)}`],
    ['source', `${capture.source}, sees ${capture.sees.join(', ')}`],
    ...capture.blind.map((sentence, i) => [i === 0 ? 'blind' : '', sentence] as const),
    ['flows', `${liveFlows} now`],
    ...(recording ? recordingRows(recording) : []),
    ['lost', lostText(capture.lost.map(({ reason, count }) => `${count} ${reason}`))],
    ...gapRows(recording?.gaps ?? []),
    ['itself', `${share} % of a core since its start, ${formatQuantity(rssBytes)}B of memory`],
  ]
}

function recordingRows(recording: RecordingStatus): readonly Row[] {
  const { records, bytes, waiting, writtenAt, exportTimer, trouble, upkeepTrouble } = recording
  const last = writtenAt > 0 ? `last at ${isoTime(writtenAt)}` : 'nothing yet'
  const every = `every ${exportTimer / 1000} s`
  return [
    ['written', `${records} records, ${formatQuantity(bytes)}B; ${every}, ${last}`],
    ...(waiting > 0 ? [['', `${waiting} records wait to be written`] as const] : []),
    ...(trouble === '' ? [] : [['TROUBLE', `the log cannot be written: ${trouble}`] as const]),
    ...(upkeepTrouble === ''
      ? []
      : [['TROUBLE', `its files cannot be sealed or deleted: ${upkeepTrouble}`] as const]),
  ]
}

const lostText = (reasons: readonly string[]) =>
  reasons.length === 0 ? 'nothing that it knows of' : reasons.join(', ')

/** Lines of gaps at most: the latest; all are in the JSON, and all ever in the log. */
const gapLinesMax = 5

function gapRows(gaps: readonly Gap[]): readonly Row[] {
  const earlier = gaps.length - gapLinesMax
  const lines = gaps.slice(-gapLinesMax).map(({ from, to, reason, count }) => {
    const counted = count === 0 ? '' : `, ${count} counted`
    return `${isoTime(from)} to ${isoTime(to)}: ${reason}${counted}`
  })
  const all = earlier > 0 ? [`${earlier} earlier ones, see --format json`, ...lines] : lines
  return all.map((line, i) => [i === 0 ? 'gaps' : '', line])
}

function logRows(findings: StatusFindings): readonly Row[] {
  const { log, directory } = findings
  if (log.kind === 'unreadable')
    return [
      ['log', `not readable: ${log.why}`],
      ['', log.next],
    ]
  const { files, bytes, oldest } = log.stats
  const rate = bytesPerDay(findings)
  const days = daysHeld(findings)
  return [
    [
      'log',
      `${directory}: ${formatQuantity(bytes)}B in ${files} ${files === 1 ? 'file' : 'files'}`,
    ],
    ['oldest', oldest === undefined ? 'no record yet' : (isoTime(oldest) ?? '')],
    ['disk', `${formatQuantity(log.freeBytes)}B free`],
    ...(rate === undefined ? [] : [['rate', `${formatQuantity(rate)}B a day`] as const]),
    ...(days === undefined ? [] : [['holds', `${days.toFixed(1)} days at this rate`] as const]),
  ]
}
