import { expect, test } from 'vitest'
import { legend, nothingMatched } from '../../../src/cli/query/legend.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import type { Measure } from '../../../src/query/question.ts'
import { coverageOf } from '../../query/aggregate/host-rows.ts'

const measures: readonly Measure[] = [{ kind: 'flows' }, { kind: 'distinct', of: 'remote_ip' }]
const exact = { value: 5, low: 5, high: 5, estimated: false }

test('a table without marks has no legend', () => {
  expect(legend(measures, [{ values: [exact, exact], certified: true }])).toEqual([])
})

test('each mark of a table is explained once', () => {
  const estimated = { value: 5, low: 4, high: 6, estimated: true }
  const atLeast = { ...exact, high: 7 }
  const line = { values: [atLeast, estimated], certified: false }
  expect(legend(measures, [line, line]).map((text) => text[0])).toEqual(['≥', '~', '?'])
})

test('an empty answer names its filter, and says nothing more where no time is covered', () => {
  const parsed = parseFilter('process nosuch')
  if (!parsed.ok) throw new Error('no filter')
  const asked = { where: parsed.filter }
  expect(nothingMatched(asked, [coverageOf('web1')])).toEqual(["no flow matched 'process nosuch'"])
  expect(nothingMatched({}, [coverageOf('web1')])).toHaveLength(1)
  expect(nothingMatched(asked, [coverageOf('web1', { covered: undefined })])).toEqual([])
})
