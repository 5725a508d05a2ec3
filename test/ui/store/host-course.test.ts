import fc from 'fast-check'
import { expect, test } from 'vitest'
import { screenLimits } from '../../../src/model/screen-limits.ts'
import { HostCourse, HostCourses } from '../../../src/ui/store/host-course.ts'

test('the course is the mean of the answers in each stretch of time, up to the time that is shown', () => {
  const answer = fc.record({ after: fc.nat(5000), tx: fc.nat(1000), rx: fc.nat(1000) })
  fc.assert(
    fc.property(
      fc.array(answer, { maxLength: 50 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(1000, 2000, 7000),
      fc.nat(20_000),
      (answers, count, binMs, back) => {
        const course = new HostCourse()
        let to = 1_000_000
        const kept: { at: number; tx: number; rx: number }[] = []
        for (const { after, tx, rx } of answers) {
          to += after
          course.add(to, { tx, rx, loopback: 0 })
          if (after > 0 || kept.length === 0) kept.push({ at: to, tx, rx })
        }
        const end = to - back
        const last = Math.floor(end / binMs)
        const naive = Array.from({ length: count }, (_, i) => {
          const bin = last - (count - 1 - i)
          const inside = kept.filter(({ at }) => Math.floor(at / binMs) === bin && at <= end)
          return inside.length === 0
            ? undefined
            : inside.reduce((sum, { tx }) => sum + tx, 0) / inside.length
        })
        expect(course.bins(end, count, binMs).tx).toEqual(naive)
      },
    ),
  )
})

test('the oldest answers, and the course that was looked at longest ago, are let go at their limits', () => {
  const course = new HostCourse()
  for (let i = 1; i <= screenLimits.courseLength + 1; i++)
    course.add(i * 1000, { tx: i, rx: 0, loopback: 0 })
  expect(course.since).toBe(2000)
  const { tx } = course.bins(
    (screenLimits.courseLength + 1) * 1000,
    screenLimits.courseLength + 1,
    1000,
  )
  expect(tx.slice(0, 2)).toEqual([undefined, 2])
  const courses = new HostCourses()
  const first = courses.of('0')
  for (let i = 1; i < screenLimits.coursesKept; i++) courses.of(String(i))
  expect(courses.of('0')).toBe(first)
  courses.of('one more')
  expect(courses.of('0')).toBe(first)
  expect(courses.of('1').since).toBeUndefined()
})
