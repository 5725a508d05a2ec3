import { describe, expect, test } from 'vitest'
import { lineLanguage, readLine } from '../../../src/ui/prompt/line-commands.ts'
import { viewsOf } from '../../../src/ui/store/views.ts'
import { Prompt } from '../../../src/ui/prompt/prompt.ts'

const choices = {
  views: viewsOf(false),
  themes: ['system', 'dark'],
  sorts: ['rate', 'tx rate'],
  columns: ['process', 'user', 'remote_ip'],
  elsewhere: [
    { text: 'host 192.0.2.7', help: '' },
    { text: 'process curl', help: '' },
  ],
}
const promptOf = (text: string) =>
  new Prompt(
    lineLanguage(() => choices),
    text,
    [],
  )
const completed = (text: string) => {
  const prompt = promptOf(text)
  prompt.complete(1)
  return prompt.text
}

describe('commands that are typed', () => {
  test.each([
    ['view users', { name: 'view', argument: 'users' }],
    [' sort  tx rate ', { name: 'sort', argument: 'tx rate' }],
    ['columns user,process', { name: 'columns', argument: 'user,process' }],
    ['columns', { name: 'columns', argument: '' }],
    ['filter port 443', { name: 'filter', argument: 'port 443' }],
    ['filter', { name: 'filter', argument: '' }],
    ['elsewhere host 192.0.2.7', { name: 'elsewhere', argument: 'host 192.0.2.7' }],
    ['elsewhere user alice', { name: 'elsewhere', argument: 'user alice' }],
    ['save', { name: 'save', argument: '' }],
    ['export a b.csv', { name: 'export', argument: 'a b.csv' }],
  ])('%j is understood', (text, line) => {
    expect(readLine(text, choices)).toEqual({ ok: true, line })
  })

  test.each([
    ['viw users', { at: 0, length: 3, nearMiss: 'view' }],
    ['view user', { at: 5, length: 4, nearMiss: 'users' }],
    ['columns user,remot_ip', { at: 13, length: 8, nearMiss: 'remote_ip' }],
    ['theme light', { at: 6, length: 5 }],
    ['save it', { at: 5, length: 2 }],
    ['filter prot 1', { at: 7, length: 4 }],
    ['elsewhere prot 1', { at: 10, length: 4 }],
  ])('%j is wrong, and where', (text, verdict) => {
    expect(readLine(text, choices)).toMatchObject({
      ok: false,
      verdict: { kind: 'wrong', ...verdict },
    })
  })

  test.each([
    ['vi', 'view '],
    ['theme d', 'theme dark '],
    ['columns user,re', 'columns user,remote_ip '],
    ['sort tx', 'sort tx rate '],
  ])('Tab goes on from %j', (text, expected) => {
    expect(completed(text)).toBe(expected)
  })
})
