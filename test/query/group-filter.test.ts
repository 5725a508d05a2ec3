import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import { formatFilter } from '../../src/query/filter/format-filter.ts'
import { parseFilter } from '../../src/query/filter/parse-filter.ts'
import { groupFilter } from '../../src/query/group-filter.ts'
import { groupValue } from '../../src/query/group-value.ts'
import { fieldKey, groupableFields, type GroupKey } from '../../src/query/question.ts'
import { anyFlow } from '../sim/any-flow.ts'

const keys: readonly GroupKey[] = [
  ...groupableFields
    .filter((field) => !['host', 'local_port', 'remote_port'].includes(field))
    .map(fieldKey),
  { kind: 'network', end: 'remote', v4Bits: 24, v6Bits: 48 },
  { kind: 'network', end: 'local', v4Bits: 9, v6Bits: 3 },
  { kind: 'service' },
  { kind: 'loopback' },
]

describe('the filter of a group', () => {
  test.each(keys.map((key) => [JSON.stringify(key), key] as const))(
    'matches the flows of the group and no others: %s',
    (_, key) => {
      fc.assert(
        fc.property(anyFlow, fc.array(anyFlow, { maxLength: 8 }), (one, others) => {
          const value = groupValue(one, key, '')
          const filter = groupFilter(key, value)
          if (!filter) throw new Error('no filter')
          const matches = flowPredicate(filter)
          for (const flow of [one, ...others])
            expect(matches(flow), formatFilter(filter)).toBe(groupValue(flow, key, '') === value)
        }),
      )
    },
  )

  test('has a text that says the same', () => {
    fc.assert(
      fc.property(anyFlow, fc.constantFrom(...keys), (flow, key) => {
        const filter = groupFilter(key, groupValue(flow, key, ''))
        expect(filter && parseFilter(formatFilter(filter))).toMatchObject({ ok: true, filter })
      }),
    )
  })
})
