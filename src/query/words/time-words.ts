import { hostTime, millis, type HostTime, type Millis } from '../../model/quantity.ts'
import { didYouMean } from '../../model/near-miss.ts'
import type { TimeRange } from '../question.ts'
import type { ListedWord, WordRead } from './word-read.ts'

/** Forms of a moment; help, completion and messages are made of them. */
export const timeForms: readonly ListedWord[] = [
  { word: '1h', help: 'so long ago: s, min, h, d, w; also 1h30min, "2 days ago"' },
  { word: 'now', help: '' },
  { word: 'today', help: 'its beginning, as of every day that is named' },
  { word: 'yesterday', help: '' },
  { word: 'tuesday', help: 'the latest one, today included; "last tuesday": before today' },
  { word: '14:00', help: 'today; also "yesterday 14:00", "tuesday 9:30"' },
  { word: '2026-11-27', help: '' },
  { word: '2026-11-27 14:00', help: 'in the time zone of who asks ($TZ), seconds if wanted' },
  { word: '2026-11-27T14:00:00Z', help: 'RFC 3339, with Z or an offset such as +01:00' },
  { word: '@1764252000', help: 'seconds since 1970' },
]

/** A clause for messages. */
export const timeExpected =
  "a time such as 1h, yesterday, 14:00, '2026-11-27 14:00' or 2026-11-27T14:00:00Z"

/** What is meant where --since is left out: so long before the end. */
export const defaultSpanMs = 3_600_000

/** The last moment of a Date (ECMA-262): of a later one there is no text. */
const lastMs = 8.64e15

/** An answer up to now takes in what a host has seen whose clock is so far ahead. */
const aheadMs = 3_600_000

export interface RangeWords {
  readonly since: string | undefined
  readonly until: string | undefined
}

/** The time that a question is about. Without `until` it ends after `now`: what was just seen belongs to it. */
export function readRange({ since, until }: RangeWords, now: HostTime): WordRead<TimeRange> {
  const to = until === undefined ? hostTime(now + aheadMs) : readTime(until, now)
  if (to === undefined) return notATime('--until', until!)
  const end = until === undefined ? now : to
  const from =
    since === undefined ? hostTime(Math.max(0, end - defaultSpanMs)) : readTime(since, now)
  if (from === undefined) return notATime('--since', since!)
  if (from < to && from <= now) return { ok: true, value: { from, to } }
  if (since === undefined) return { ok: false, why: `nothing is before --until '${until ?? ''}'` }
  const late = from > now ? 'lies in the future' : `is not before --until '${until}'`
  return { ok: false, why: `--since '${since}' ${late}: ${new Date(from).toISOString()}` }
}

const notATime = (option: string, text: string): WordRead<never> => ({
  ok: false,
  why: `${option} takes ${timeExpected}, not '${text}'${didYouMean(text.toLowerCase(), timeNames)}`,
})

/**
 * The moment that a text means in the zone of this process: journalctl's words, lengths of time ago, RFC 3339.
 * Undefined where it means none, a 30th of February included.
 */
export function readTime(text: string, now: HostTime): HostTime | undefined {
  const word = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const ms = ago(word, now) ?? epochSeconds(word) ?? dayAndTime(word, now) ?? dated(word)
  return ms !== undefined && ms >= 0 && ms <= lastMs ? hostTime(ms) : undefined
}

const units: readonly (readonly [names: RegExp, ms: number])[] = [
  [/^(s|sec|secs|second|seconds)$/, 1000],
  [/^(m|min|mins|minute|minutes)$/, 60_000],
  [/^(h|hr|hrs|hour|hours)$/, 3_600_000],
  [/^(d|day|days)$/, 86_400_000],
  [/^(w|week|weeks)$/, 604_800_000],
]
const length = /(\d+(?:\.\d+)?) ?([a-z]+) ?/g

/** A length of time such as `5m`, `1h30min` or `2 days`; undefined for anything else. */
export function readSpan(text: string): Millis | undefined {
  if (!/^(\d+(\.\d+)? ?[a-z]+ ?)+$/.test(text)) return undefined
  let ms = 0
  for (const [, number, unit = ''] of text.matchAll(length)) {
    const factor = units.find(([names]) => names.test(unit))?.[1]
    if (factor === undefined) return undefined
    ms += Number(number) * factor
  }
  return millis(ms)
}

/** `1h`, `-1h30min`, `2 days ago`. */
function ago(word: string, now: number): number | undefined {
  if (word === 'now') return now
  const span = readSpan(word.replace(/^-/, '').replace(/ ago$/, ''))
  return span === undefined ? undefined : now - span
}

const epochSeconds = (word: string): number | undefined =>
  /^@\d+(\.\d+)?$/.test(word) ? Math.round(Number(word.slice(1)) * 1000) : undefined

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const timeNames = ['now', 'today', 'yesterday', ...weekdays]
const timeOfDay = /^(?:(.*) )?(\d{1,2}):(\d{2})(?::(\d{2}))?$/

/** `today`, `last tuesday`, `14:00`, `yesterday 14:00:30`. */
function dayAndTime(word: string, now: number): number | undefined {
  const match = timeOfDay.exec(word)
  const back = daysBack(match ? (match[1] ?? 'today') : word, new Date(now).getDay())
  const [hour, minute, second] = [match?.[2], match?.[3], match?.[4]].map((n) => Number(n ?? 0))
  if (back === undefined || !isTimeOfDay(hour!, minute!, second!)) return undefined
  const at = new Date(now)
  // By the calendar, so that a day of 23 hours is one too.
  return new Date(
    at.getFullYear(),
    at.getMonth(),
    at.getDate() - back,
    hour,
    minute,
    second,
  ).getTime()
}

function daysBack(day: string, weekday: number): number | undefined {
  if (day === 'today') return 0
  if (day === 'yesterday') return 1
  if (day === 'tomorrow') return -1
  const isLast = day.startsWith('last ')
  const name = isLast ? day.slice('last '.length) : day
  const wanted = weekdays.findIndex((one) => one === name || one.slice(0, 3) === name)
  if (wanted === -1) return undefined
  const back = (weekday - wanted + 7) % 7
  return isLast && back === 0 ? 7 : back
}

const isTimeOfDay = (hour: number, minute: number, second: number) =>
  hour < 24 && minute < 60 && second < 60

const date =
  /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(z|utc|([+-])(\d{2}):?(\d{2}))?$/

function dated(word: string): number | undefined {
  const match = date.exec(word)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((n) => Number(n ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const ms = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000)
  const [zone, sign, zoneHours, zoneMinutes] = match.slice(8)
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
  if (!isDay || month < 1 || month > 12 || !isTimeOfDay(hour, minute, second)) return undefined
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second, ms).getTime()
  const ahead = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60_000
  return utc - (sign === '-' ? -ahead : ahead)
}
