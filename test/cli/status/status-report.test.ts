import { describe, expect, test } from 'vitest'
import {
  bytesPerDay,
  daysHeld,
  statusExitCode,
  statusJson,
  statusText,
  type LogFinding,
  type RecorderFinding,
  type StatusFindings,
} from '../../../src/cli/status/status-report.ts'
import type { RecordingStatus } from '../../../src/model/live-message.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { sampledCapture } from '../../../src/recorder/sampling.ts'
import { recordingOf, statusOf, wholeCapture } from '../../sim/status.ts'

const day = 86_400_000
const at = hostTime(100 * day)
const log = (bytes = 10e6, freeBytes = 1e12): LogFinding => ({
  kind: 'log',
  stats: { files: 3, bytes, oldest: hostTime(98 * day), cutRun: undefined },
  freeBytes,
})
const running = (change: Partial<RecordingStatus> = {}, capture = wholeCapture) => ({
  kind: 'running' as const,
  version: '1',
  status: {
    ...statusOf(at, capture),
    recording: recordingOf({ since: hostTime(99.5 * day), bytes: 5e6, ...change }),
  },
})
const findings = (recorder: RecorderFinding, found = log()): StatusFindings => {
  return { at, directory: '/log', socket: '/s', recorder, log: found }
}
const unreadable: LogFinding = { kind: 'unreadable', why: 'no right', next: 'join the group' }
const unknown: RecorderFinding = { kind: 'unknown', why: 'refused', next: 'ask as root' }

describe('status', () => {
  test.each([
    ['a recorder that records', findings(running()), 0],
    ['no recorder', findings({ kind: 'none' }), 1],
    ['a recorder that could not be asked', findings(unknown), 3],
    ['a log that may not be read', findings(running(), unreadable), 3],
    ['a full disk', findings(running({ trouble: 'disk full' })), 3],
    ['a journal that cannot be sealed', findings(running({ upkeepTrouble: 'EIO' })), 3],
  ])('of %s: the exit code tells', (_what, found, code) => {
    expect(statusExitCode(found)).toBe(code)
  })

  test('the latest five gaps are shown with their counts, and how many came before', () => {
    const gaps = Array.from({ length: 7 }, (_, i) => ({
      from: hostTime(at + i * 1000),
      to: hostTime(at + i * 1000 + 500),
      reason: 'recorder stalled',
      count: i,
    }))
    const text = statusText(findings(running({ gaps })))
    expect(text).toContain('gaps      2 earlier ones, see --format json\n')
    expect(text).not.toContain('stalled, 1 counted')
    expect(text).toContain(
      '          1970-04-11T00:00:06.000Z to 1970-04-11T00:00:06.500Z: recorder stalled, 6 counted\n',
    )
    expect(JSON.parse(statusJson(findings(running({ gaps })))).gaps).toHaveLength(7)
  })

  test('the rate is that of this run of the recorder, else of the log, else not known', () => {
    expect(bytesPerDay(findings(running()))).toBe(10e6)
    expect(bytesPerDay(findings({ kind: 'none' }))).toBe(5e6)
    expect(bytesPerDay(findings(running({ since: at }), unreadable))).toBeUndefined()
  })

  test.each([
    ['the age', { days: 7, bytes: 1e12, freeBytes: 0 }, 1e12, 7],
    ['its bytes', { days: 365, bytes: 200e6, freeBytes: 0 }, 1e12, 20],
    ['the free space', { days: 365, bytes: 1e12, freeBytes: 1e9 }, 1.02e9, 3],
    ['a disk that is fuller than it may be', { days: 9, bytes: 1e12, freeBytes: 1e9 }, 9e8, 0],
  ])('days held are bounded by %s', (_what, retention, free, days) => {
    expect(daysHeld(findings(running({ retention }), log(10e6, free)))).toBeCloseTo(days)
  })

  test('losses and trouble are in the text and in the JSON', () => {
    const lost = [{ reason: 'ring-full', count: 7, last: at }]
    const found = findings(running({ trouble: 'disk full' }, { ...wholeCapture, lost }))
    expect(statusText(found)).toMatch(/^lost +7 ring-full$/m)
    expect(statusText(found)).toMatch(/^TROUBLE +the log cannot be written: disk full$/m)
    expect(JSON.parse(statusJson(found))).toMatchObject({
      lost: [{ reason: 'ring-full', count: 7, last: '1970-04-11T00:00:00.000Z' }],
      trouble: 'disk full',
      days_held: 28,
    })
  })

  test('what keeps files from being sealed is in the text and in the JSON', () => {
    const found = findings(running({ upkeepTrouble: 'EIO' }))
    expect(statusText(found)).toMatch(/^TROUBLE +its files cannot be sealed or deleted: EIO$/m)
    expect(JSON.parse(statusJson(found))).toMatchObject({ trouble: null, upkeep_trouble: 'EIO' })
  })

  test('what the recorder cannot or must not see, sampling for one, is said in full', () => {
    const text = statusText(findings(running({}, sampledCapture(wholeCapture, 50))))
    expect(text).toMatch(/^blind +Sampling is on: one flow in 50 /m)
  })

  test('what is not known says why and what to do, and is null in the JSON', () => {
    const found = findings(unknown, unreadable)
    expect(statusText(found)).toMatch(/not known: refused\n +ask as root\n/)
    expect(statusText(found)).toMatch(/not readable: no right\n +join the group\n/)
    expect(JSON.parse(statusJson(found))).toMatchObject({
      recorder: 'unknown',
      flows_now: null,
      log_bytes: null,
      log_unreadable: 'no right',
    })
  })

  test('where no recorder runs, how to start one is said', () => {
    expect(statusText(findings({ kind: 'none' }))).toMatch(/none runs.*\/s\n.*systemctl start/)
  })
})
