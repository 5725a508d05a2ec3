import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeriesRun } from '../../src/host/series-run.ts'
import { askSeries, type SeriesAnswer } from '../../src/query/ask-series.ts'
import type { Asking } from '../../src/query/asking.ts'
import type { HostCoverage } from '../../src/query/partial-answer.ts'
import type { Question, SeriesQuestion } from '../../src/query/question.ts'
import { QuestionRun } from '../../src/query/run/question-run.ts'
import { DamagedColumn } from '../../src/model/damaged-column.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { BusyHost } from '../log/busy-host.ts'
import { blocksOf } from '../query/run/blocks-of.ts'
import { flowsInOrder } from '../query/run/random-flows.ts'
import { groupKey, plenty, randomQuestion } from '../query/run/random-questions.ts'

const host = 'here'
const bins = fc.constantFrom(millis(60_000), millis(300_000))
const asked = fc
  .tuple(randomQuestion, bins, fc.array(groupKey, { minLength: 1, maxLength: 2 }))
  .map(([question, bin, by]): SeriesQuestion => ({ ...question, bin, by }))

const coverageOf = ({ range }: Question): readonly HostCoverage[] => [
  {
    host,
    asked: range,
    covered: range,
    gaps: [],
    capture: undefined,
    rowsScanned: 0,
    bytesRead: 0,
    stoppedAt: undefined,
  },
]

type Block = ReturnType<typeof blocksOf>[number]
const given = (columns: Block) => ({ columns, run: 1, rows: columns.rows })

/** Who reads for each question. */
const twice = (blocks: readonly Block[]): Pick<Asking, 'ask'> => ({
  async ask(question) {
    const run = new QuestionRun(question, host)
    for (const columns of blocks) run.add(given(columns))
    return { partial: run.answer(coverageOf(question)), silent: [] }
  },
})

/** Who reads once for a series. */
const once = (blocks: readonly Block[]): Pick<Asking, 'ask' | 'askWithBins'> => ({
  ...twice(blocks),
  async askWithBins(question, overall) {
    const run = new SeriesRun(question, overall, host)
    for (const columns of blocks) run.add(given(columns))
    const coverage = coverageOf(question)
    return {
      overall: run.overall(coverage),
      byBins: (keys) => run.byBins(keys, coverage),
    }
  },
})

/** With all its cells. */
const plainSeries = ({ series, whole, ...rest }: SeriesAnswer) => ({
  ...rest,
  series: series.map(({ course, ...one }) => ({
    ...one,
    cells: Array.from({ length: course.bins }, (_, bin) => course.at(bin)),
  })),
  whole: whole && { ...whole, rows: [...whole.rows] },
})

test('a series by one reading is that by two, also where its bins are too many to keep', async () => {
  await fc.assert(
    fc.asyncProperty(
      asked,
      flowsInOrder,
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1e6, 3),
      async (some, flows, ends, most, groups) => {
        const question = { ...some, budget: { ...some.budget, groups } }
        const blocks = blocksOf(flows, ends)
        const answer = plainSeries(await askSeries(once(blocks), question, most, {}))
        expect(answer).toEqual(plainSeries(await askSeries(twice(blocks), question, most, {})))
      },
    ),
    { numRuns: 300 },
  )
})

const all = { from: hostTime(0), to: hostTime(Number.MAX_SAFE_INTEGER) }
const plain: SeriesQuestion = {
  range: all,
  by: [{ kind: 'service' }],
  bin: millis(60_000),
  measures: [{ kind: 'sum', of: 'bytes' }],
  booking: 'at end',
  groupsSent: 1_000,
  budget: plenty,
}

/** Some hundred flows, counted by a question without its bins and with them. */
function busyRun(question: SeriesQuestion, change: (columns: Block) => void = () => {}) {
  const { bin: _, ...overall } = question
  const run = new SeriesRun(question, overall, host)
  const [columns] = blocksOf(new BusyHost(1, 1_700_000_000_000).rows(300), [])
  change(columns!)
  const ends = { from: hostTime(1), to: hostTime(2) }
  return { run, add: () => run.add({ ...given(columns!), ends }) }
}

test.each([{ groups: 5 }, { memory: 10_000 }])('keeps no bins beyond %o', (small) => {
  const { run, add } = busyRun({ ...plain, budget: { ...plenty, ...small } })
  add()
  expect(run.byBins([], [])).toBeUndefined()
  expect(run.overall([]).groups.length).toBeGreaterThan(5)
})

test('counts nothing of a block of which only the bins need the damaged column', () => {
  const { run, add } = busyRun(plain, (columns) => {
    const column = columns.column.bind(columns)
    columns.column = (name) => {
      if (name === 'end') throw new DamagedColumn('out of range')
      return column(name)
    }
  })
  expect(add).toThrow(DamagedColumn)
  expect(run.overall([]).groups).toHaveLength(0)
  expect(run.byBins([], [])!.rest.groups).toBe(0)
})
