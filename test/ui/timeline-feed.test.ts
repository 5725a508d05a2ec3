import { expect, test } from 'vitest'
import { hostTime } from '../../src/model/quantity.ts'
import { TimeTravel } from '../../src/ui/store/time-travel.ts'
import { TimelineView } from '../../src/ui/store/timeline-view.ts'
import type { Session } from '../../src/query/session.ts'
import type { Timeline, TimelineQuery } from '../../src/query/timeline.ts'
import { TimelineFeed } from '../../src/ui/timeline-feed.ts'

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

const minute = 60_000
const now = hostTime(1_000_000 * minute)
const storeOf = () => ({ time: new TimeTravel(), timeline: new TimelineView(), which: {} })

test('of many steps in the past the last is asked for, once the first has come', async () => {
  const { asked, session } = slowSession()
  const store = storeOf()
  let changes = 0
  const feed = new TimelineFeed(session, store, () => changes++)
  const back = (windows: number) => {
    store.time.step(-windows, now)
    feed.follow(4, now)
  }
  for (const windows of [1, 0, 100, 100]) back(windows)
  expect(asked).toHaveLength(1)
  await asked[0]!.answer()
  expect(asked.map(({ query }) => query.range)).toEqual([
    expect.anything(),
    store.timeline.asked?.range,
  ])
  expect(changes).toBe(0)
  await asked[1]!.answer()
  expect(store.timeline.heard?.range).toEqual(store.timeline.asked?.range)
  expect(changes).toBe(1)
})

test('what cannot be read, or has no past, is told as nothing, and now asks for nothing', async () => {
  const { asked, session } = slowSession()
  const store = storeOf()
  const feed = new TimelineFeed(session, store, () => {})
  feed.follow(4, now)
  expect(asked).toHaveLength(0)
  store.time.step(-1, now)
  feed.follow(4, now)
  await asked[0]!.answer(true)
  expect(store.timeline.heard).toBeUndefined()
  const live = new TimelineFeed({} as Session, store, () => {})
  live.follow(4, now)
  await new Promise((later) => setTimeout(later))
  expect(store.timeline.heard).toBeUndefined()
})
