import { describe, expect, test } from 'vitest'
import { parseFileName, segmentName, journalName, type LogFile } from '../../src/log/file-names.ts'
import { AgeClock, nextDeletion, type Usage } from '../../src/log/retention.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { at, epoch } from './scratch-log.ts'

const rules = { age: millis(1_000), bytes: 500, freeBytes: 50 }
const segment = (number: number, to: number): LogFile =>
  parseFileName(segmentName(number, hostTime(epoch), hostTime(epoch + to)))!
const usage: Usage = { closed: [segment(1, 500), segment(2, 600)], bytes: 500, freeBytes: 50 }
const now = at(1_500)

describe('retention', () => {
  test('keeps what is just within the limits', () => {
    expect(nextDeletion(usage, rules, now)).toBeUndefined()
  })

  test.each([
    ['bytes', { ...usage, bytes: 501 }, now],
    ['free space', { ...usage, freeBytes: 49 }, now],
    ['age', usage, at(1_501)],
  ] as const)('deletes the oldest file one past the limit of %s', (why, used, time) => {
    expect(nextDeletion(used, rules, time)).toEqual({ why, file: usage.closed[0] })
  })

  test('deletes the oldest file one past the limit of files', () => {
    const closed = Array.from({ length: limits.logFilesMax }, (_, n) => segment(n, 1_000))
    expect(nextDeletion({ ...usage, closed }, rules, now)).toBeUndefined()
    const more = [...closed, segment(limits.logFilesMax, 1_000)]
    expect(nextDeletion({ ...usage, closed: more }, rules, now)).toMatchObject({ why: 'files' })
  })

  test('goes by the order of writing, but for age by time, and for journals not by age', () => {
    const journal = parseFileName(journalName(1))!
    const closed = [journal, segment(2, 9_000), segment(3, 100)]
    expect(nextDeletion({ ...usage, closed, bytes: 501 }, rules, now)?.file).toBe(journal)
    expect(nextDeletion({ ...usage, closed }, rules, now)?.file.number).toBe(3)
  })

  test('has nothing to delete where only the open journal is left', () => {
    expect(nextDeletion({ closed: [], bytes: 9_999, freeBytes: 0 }, rules, now)).toBeUndefined()
  })
})

describe('the clock that decides age', () => {
  const hour = limits.logClockTrustMs

  test('is trusted after it has gone evenly for an hour, and not a ms before', () => {
    const clock = new AgeClock()
    expect(clock.mayDelete(at(0))).toBe(false)
    expect(clock.mayDelete(at(hour - 1))).toBe(false)
    expect(clock.mayDelete(at(hour))).toBe(true)
  })

  test('lets one file a minute go', () => {
    const clock = new AgeClock()
    clock.mayDelete(at(0))
    clock.deleted(at(hour))
    expect(clock.mayDelete(at(hour + limits.logAgeStepMs - 1))).toBe(false)
    expect(clock.mayDelete(at(hour + limits.logAgeStepMs))).toBe(true)
  })

  test.each([1, -1])('is not trusted once it is set (%i)', (way) => {
    const clock = new AgeClock()
    clock.mayDelete(at(0))
    expect(clock.mayDelete(at(hour, way * limits.logClockStepMs))).toBe(true)
    expect(clock.mayDelete(at(hour + 1, way * (limits.logClockStepMs + 1)))).toBe(false)
  })
})
