import { object, oneOf, type Check } from '../../model/json-fields.ts'
import { groupableFields, type GroupKey } from '../question.ts'
import { wholeNumber } from './checks.ts'

const network = object({
  end: oneOf(['local', 'remote'] as const),
  v4Bits: wholeNumber(0, 32),
  v6Bits: wholeNumber(0, 128),
})
/** As it travels, in a question and in the query of a live view. */
export const groupKey: Check<GroupKey> = (value, where) => {
  const kinds = ['field', 'network', 'service', 'loopback', 'hour'] as const
  const { kind } = object({ kind: oneOf(kinds) })(value, where)
  switch (kind) {
    case 'network':
      return { kind, ...network(value, where) }
    case 'field':
      return { kind, ...object({ field: oneOf(groupableFields) })(value, where) }
    case 'service':
    case 'loopback':
    case 'hour':
      return { kind }
  }
}
