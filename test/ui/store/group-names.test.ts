import { expect, test } from 'vitest'
import { groupNames } from '../../../src/ui/store/group-names.ts'
import { groupViews } from '../../../src/ui/store/views.ts'

test.each([
  ['processes', ['process', 'curl', 'alice'], ['curl', 'alice']],
  ['processes', ['kernel', null, null], ['<kernel>', '-']],
  ['processes', ['unknown', null, null], ['<unknown>', '-']],
  ['processes', ['unknown', null, 'alice'], ['<unknown>', 'alice']],
  ['users', ['process', 'alice'], ['alice']],
  ['users', ['unknown', 'alice'], ['alice <unknown>']],
  ['users', ['unknown', null], ['<unknown>']],
] as const)('of %s, %j is called %j', (view, key, names) => {
  expect(groupNames(groupViews[view], key)).toEqual(names)
})
