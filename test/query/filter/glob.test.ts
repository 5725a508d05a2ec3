import { expect, test } from 'vitest'
import { matchesGlob } from '../../../src/query/filter/glob.ts'

test.each([
  ['*', '', true],
  ['?', '', false],
  ['', '', true],
  ['', 'a', false],
  ['a*c', 'abbc', true],
  ['a*c', 'abb', false],
  ['*.service', '/a/b.service', true],
  ['a*b*c', 'a-b-b-c-c', true],
  ['?', '🦊', true],
  ['??', '🦊', false],
  ['*?', '🦊', true],
  ['nginx', 'nginx: worker', false],
  ['[a]', 'a', false],
  ['.', 'a', false],
])('%s on %s: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches)
})

test('a pattern that makes a backtracking matcher run for ever is answered', () => {
  expect(matchesGlob(`${'*a'.repeat(250)}*b`, 'a'.repeat(512))).toBe(false)
})
