import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import { readRange, readTime, timeForms } from '../../../src/query/words/time-words.ts'

const zone = process.env['TZ']
beforeAll(() => void (process.env['TZ'] = 'Europe/Berlin'))
afterAll(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

/** A Saturday, 03:00 in Berlin. */
const now = hostTime(Date.parse('2026-11-28T02:00:00Z'))
const read = (text: string, at = now) => {
  const time = readTime(text, at)
  return time === undefined ? undefined : new Date(time).toISOString().replace('.000Z', 'Z')
}

describe('times', () => {
  test.each([
    ['now', '2026-11-28T02:00:00Z'],
    ['1h', '2026-11-28T01:00:00Z'],
    ['-90min', '2026-11-28T00:30:00Z'],
    ['1h30min ago', '2026-11-28T00:30:00Z'],
    ['2 days ago', '2026-11-26T02:00:00Z'],
    ['1.5h', '2026-11-28T00:30:00Z'],
    ['2w', '2026-11-14T02:00:00Z'],
    ['today', '2026-11-27T23:00:00Z'],
    ['Yesterday', '2026-11-26T23:00:00Z'],
    ['tuesday', '2026-11-23T23:00:00Z'],
    ['sat', '2026-11-27T23:00:00Z'],
    ['last saturday', '2026-11-20T23:00:00Z'],
    ['yesterday 14:00', '2026-11-27T13:00:00Z'],
    ['1:30', '2026-11-28T00:30:00Z'],
    ['2026-11-27', '2026-11-26T23:00:00Z'],
    ['2026-11-27 14:00', '2026-11-27T13:00:00Z'],
    ['2026-11-27 14:00:05', '2026-11-27T13:00:05Z'],
    ['2026-11-27T14:00:00Z', '2026-11-27T14:00:00Z'],
    ['2026-11-27t14:00:00.25+05:30', '2026-11-27T08:30:00.250Z'],
    ['2026-11-27 14:00 UTC', '2026-11-27T14:00:00Z'],
    ['@1764252000', '2025-11-27T14:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(read(text)).toBe(iso)
  })

  test('a day of 25 hours is one', () => {
    expect(read('yesterday', hostTime(Date.parse('2026-10-26T11:00:00Z')))).toBe(
      '2026-10-24T22:00:00Z',
    )
  })

  const noTimes = [
    '',
    'soon',
    '5',
    '1 fortnight',
    '25:00',
    '12:60',
    '2026-02-30',
    '2026-13-01',
    '2026-11-27T24:00',
    '1h yesterday',
    '@',
    'last week',
    '2026-11-27T14:00+0',
    '99999w',
  ]
  test.each(noTimes)(`'%s' is no time`, (text) => {
    expect(readTime(text, now)).toBeUndefined()
  })

  test('every form that help lists is one', () => {
    for (const { word } of timeForms) expect(readTime(word, now), word).toBeDefined()
  })
})

describe('ranges', () => {
  const range = (since?: string, until?: string) => {
    const result = readRange({ since, until }, now)
    return result.ok ? [result.value.from - now, result.value.to - now] : result.why
  }
  const hour = 3_600_000

  test('without an end they reach past now, for hosts whose clock is ahead', () => {
    expect(range('2h')).toEqual([-2 * hour, hour])
  })

  test('without a beginning they have the hour before their end', () => {
    expect(range()).toEqual([-hour, hour])
    expect(range(undefined, '1h')).toEqual([-2 * hour, -hour])
  })

  test('that are empty, or no times, are refused with what is expected', () => {
    expect(range('1h', '2h')).toMatch(/^--since '1h' is not before --until '2h'/)
    expect(range('tomorrow')).toMatch(/^--since 'tomorrow' lies in the future/)
    expect(range('soon')).toMatch(/^--since takes a time such as .*, not 'soon'$/)
    expect(range('1h', 'never')).toMatch(/^--until takes a time such as .*, not 'never'$/)
  })

  test('at the edges of what a date can be are times or are refused, never something else', () => {
    expect(range(undefined, '@1')).toEqual([0 - now, 1_000 - now])
    expect(range(undefined, '@0')).toBe("nothing is before --until '@0'")
    expect(range('@0', '@8640000000000')).toEqual([0 - now, 8.64e15 - now])
    expect(range('@8640000000000')).toMatch(/lies in the future: \+275760-09-13/)
    expect(range('@8640000000001')).toMatch(/^--since takes a time/)
  })
})
