import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { screenLimits } from '../../../src/model/screen-limits.ts'
import { RateHistory } from '../../../src/ui/store/rate-history.ts'

describe('the rates of a row', () => {
  test('are those of all answers since its first, 0 where nothing moved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.nat(1000)), { minLength: 1, maxLength: 200 }),
        fc.nat(80),
        (rates, count) => {
          const answers = { answers: 7 }
          const history = new RateHistory(answers)
          for (const rate of [1, ...rates]) {
            // Only rates that are something are told.
            if (rate > 0) history.push(rate)
            answers.answers += 1
          }
          answers.answers -= 1
          const kept = Math.min(count, screenLimits.rateHistoryLength, rates.length + 1)
          const expected = kept === 0 ? [] : [1, ...rates].slice(-kept)
          expect(history.last(count)).toEqual(expected)
          const still = history.stilled()
          answers.answers += 1
          history.push(5000)
          expect(still.last(count)).toEqual(expected)
        },
      ),
    )
  })
})
