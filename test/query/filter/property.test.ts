import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { completeFilter } from '../../../src/query/filter/complete-filter.ts'
import { depthOf, type Filter } from '../../../src/query/filter/filter.ts'
import { renderFilterError, type FilterError } from '../../../src/query/filter/filter-error.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { formatFilter } from '../../../src/query/filter/format-filter.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import { wordNames } from '../../../src/query/filter/words.ts'
import { filters, flows } from './filter-arbitrary.ts'
import { naivelyMatches } from './naive-filter.ts'

describe('any filter', () => {
  test('is what its canonical text parses to', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(formatFilter(filter))).toEqual({ ok: true, filter, isMixed: false })
      }),
      { numRuns: 2000 },
    )
  })

  test('matches a flow where the naive reading of it does, and nowhere else', () => {
    fc.assert(
      fc.property(filters, fc.array(flows, { minLength: 1, maxLength: 8 }), (filter, some) => {
        const matches = flowPredicate(filter)
        for (const flow of some)
          expect(matches(flow), formatFilter(filter)).toBe(naivelyMatches(filter, flow))
      }),
      { numRuns: 2000 },
    )
  })
})

/** Pieces that the parser takes apart, glued together without sense. */
const signs = `and or not ! && || ( ) [ ] , = != < >= in " ' \\ 10.0.0.0/8 ::/0 1-2 - 10M 50ms *`
const pieces = fc.constantFrom(
  ...wordNames,
  ...signs.split(' '),
  ' ',
  '\n',
  '\u0000',
  '🦊',
  '\ud800',
)
const nonsense = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((some) => some.join(' ')),
  fc.array(pieces, { maxLength: 60 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
/** Valid filters with a few characters cut out or put in. */
const mutations = fc
  .tuple(
    filters,
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.oneof(pieces, fc.constant(''))), { maxLength: 4 }),
  )
  .map(([filter, edits]) =>
    edits.reduce((text, [place, cut, put]) => {
      const at = place % (text.length + 1)
      return text.slice(0, at) + put + text.slice(at + cut)
    }, formatFilter(filter)),
  )

function flawOf(filter: Filter): string | undefined {
  if (depthOf(filter) > limits.filterDepth) return 'too deep'
  const again = parseFilter(formatFilter(filter))
  return again.ok && isDeepStrictEqual(again.filter, filter) ? undefined : 'not its own text'
}

function flawOfError(text: string, error: FilterError): string | undefined {
  const { at, length, message, expected } = error
  if (at < 0 || length < 0 || at + length > text.length) return 'points outside'
  if (message === '' || expected === '') return 'says nothing'
  const lines = renderFilterError(text, error, { cellWidth: (one) => one.length })
  // oxlint-disable-next-line no-control-regex -- no control character may reach the terminal
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(lines)) return 'is not safe to print'
  return lines.split('\n').length === 4 ? undefined : 'is not four lines'
}

describe('any text', () => {
  test('is a filter within the limits, or an error that points into it', () => {
    fc.assert(
      fc.property(fc.oneof(nonsense, mutations), (text) => {
        const parsed = parseFilter(text)
        expect(parsed.ok ? flawOf(parsed.filter) : flawOfError(text, parsed.error)).toBeUndefined()
      }),
      { numRuns: 5000 },
    )
  })

  test('with a near miss in the place of what is marked is wrong later in it, or not at all', () => {
    fc.assert(
      fc.property(fc.oneof(nonsense, mutations), (text) => {
        const parsed = parseFilter(text)
        if (parsed.ok || parsed.error.nearMiss === undefined) return
        const { at, length, nearMiss } = parsed.error
        const mended = parseFilter(text.slice(0, at) + nearMiss + text.slice(at + length))
        expect(mended.ok || mended.error.at > at).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('can be completed at every place, by what the parser takes', () => {
    const seen = {
      user: ['alice', 'a b'],
      process: ['nginx', 'and', '"'],
      container: ['docker:0123'],
    }
    fc.assert(
      fc.property(fc.oneof(nonsense, mutations), fc.nat(), (text, place) => {
        const cursor = place % (text.length + 1)
        const { from, to, candidates } = completeFilter(text, cursor, seen)
        expect(from <= cursor && cursor <= to && to <= text.length).toBe(true)
        for (const candidate of candidates) {
          const completed = text.slice(0, from) + candidate.text
          const parsed = parseFilter(completed)
          expect(parsed.ok || parsed.error.at >= completed.length, completed).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
