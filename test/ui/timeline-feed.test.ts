import { expect, test } from 'vitest'
import { hostTime, millis } from '../../src/model/quantity.ts'
import type { Session } from '../../src/query/session.ts'
import type { Timeline, TimelineQuery } from '../../src/query/timeline.ts'
import { TimelineFeed } from '../../src/ui/timeline-feed.ts'

const queryFrom = (from: number): TimelineQuery => ({
  range: { from: hostTime(from), to: hostTime(from + 10) },
  bin: millis(1),
})

/** A session whose timelines come when the test says so. */
function slowSession() {
  const asked: { query: TimelineQuery; answer: (fails?: boolean) => Promise<void> }[] = []
  const timeline = (query: TimelineQuery) =>
    new Promise<Timeline>((resolve, reject) => {
      const answer = async (fails = false) => {
        if (fails) reject(new Error('no log'))
        else resolve({ ...query, bins: [], missing: [] })
        await new Promise((later) => setTimeout(later))
      }
      asked.push({ query, answer })
    })
  return { asked, session: { timeline } as unknown as Session }
}

test('of many steps in the past the last is asked for, once the first has come', async () => {
  const { asked, session } = slowSession()
  const heard: (number | undefined)[] = []
  const feed = new TimelineFeed(session, (timeline) => heard.push(timeline?.range.from))
  for (const from of [1, 1, 2, 3]) feed.ask(queryFrom(from))
  expect(asked.map(({ query }) => query.range.from)).toEqual([1])
  await asked[0]!.answer()
  expect(asked.map(({ query }) => query.range.from)).toEqual([1, 3])
  await asked[1]!.answer()
  expect(heard).toEqual([3])
})

test('what cannot be read, or has no past, is told as nothing, and now asks for nothing', async () => {
  const { asked, session } = slowSession()
  const heard: unknown[] = []
  const feed = new TimelineFeed(session, (timeline) => heard.push(timeline))
  feed.ask(queryFrom(1))
  await asked[0]!.answer(true)
  feed.ask(undefined)
  expect(heard).toEqual([undefined])
  expect(asked).toHaveLength(1)
  const live = new TimelineFeed({} as Session, (timeline) => heard.push(timeline))
  live.ask(queryFrom(1))
  await new Promise((later) => setTimeout(later))
  expect(heard).toEqual([undefined, undefined])
})
