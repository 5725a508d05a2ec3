import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { completeFilter, type ValuesSeen } from '../../../src/query/filter/complete-filter.ts'

const seen: ValuesSeen = {
  user: ['alice', 'www-data', 'al b'],
  process: ['nginx', 'not', 'ssh"d'],
  container: ['docker:0123456789ab'],
  as: ['13335', 'Cloudflare, Inc.'],
}

/** Candidates at the `|`, and the text with the first of them put in. */
function complete(marked: string) {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { from, to, candidates } = completeFilter(text, cursor, seen)
  const texts = candidates.map((candidate) => candidate.text)
  return { texts, completed: text.slice(0, from) + (texts[0] ?? '') + text.slice(to) }
}

describe('completion', () => {
  test.each([
    ['|', ['host', 'net', 'port'], 'host'],
    ['pro|', ['process', 'proto'], 'process'],
    ['PRO|', ['process', 'proto'], 'process'],
    ['tcp and pro|', ['process', 'proto'], 'tcp and process'],
    ['tcp a|', ['and', 'as'], 'tcp and'],
    ['country p|', ['private', 'PA', 'PE'], 'country private'],
    ['not country (DE,at|', ['AT'], 'not country (DE,AT'],
    ['as |', ['13335', '"Cloudflare, Inc."'], 'as 13335'],
    ['tcp |', ['and', 'or', 'host'], 'tcp and'],
    ['(tcp |', ['and', 'or', ')'], '(tcp and'],
    ['(tcp) |', ['and', 'or', 'host'], '(tcp) and'],
    ['tcp !|', ['host', 'net', 'port'], 'tcp !host'],
    ['src |', ['host', 'net', 'port'], 'src host'],
    ['local p|', ['port'], 'local port'],
    ['user |', ['alice', 'www-data', '"al b"'], 'user alice'],
    ['user al|', ['alice', '"al b"'], 'user alice'],
    ['user "al|', ['alice', '"al b"'], 'user alice'],
    ['user != w|', ['www-data'], 'user != www-data'],
    ['user (alice,w|', ['www-data'], 'user (alice,www-data'],
    ['user (alice |', [')', 'alice', 'www-data'], 'user (alice )'],
    ['user [alice |', [']', 'alice', 'www-data'], 'user [alice ]'],
    ['user a|xx and tcp', ['alice', '"al b"'], 'user alice and tcp'],
    ['process n|', ['nginx', '"not"'], 'process nginx'],
    ['process s|', ['"ssh\\"d"'], 'process "ssh\\"d"'],
    ['container d|', ['docker:0123456789ab'], 'container docker:0123456789ab'],
    ['state s|', ['syn-sent', 'syn-recv'], 'state syn-sent'],
    ['bytes |', ['>', '>=', '<'], 'bytes >'],
    ['bytes > |', [], 'bytes > '],
    ['exe |', [], 'exe '],
    ['prt 80 |', [], 'prt 80 '],
    ['port (80,0-655x |', [], 'port (80,0-655x '],
  ])('at %s offers %j', (marked, first, completed) => {
    const found = complete(marked)
    // Three are enough to tell an order; fewer are all.
    expect(found.texts.slice(0, 3)).toEqual(first)
    expect(found.completed).toBe(completed)
  })

  test('says what words are and which country is meant, and nothing of other values', () => {
    expect(completeFilter('country d', 9, {}).candidates[0]).toEqual({
      text: 'DE',
      help: 'Germany',
    })
    expect(completeFilter('carr', 4, {}).candidates).toEqual([
      { text: 'carrier', help: "a tunnel's own transport" },
    ])
    expect(completeFilter('user ', 5, seen).candidates[0]).toEqual({ text: 'alice', help: '' })
  })

  test('stops at its limit', () => {
    const names = (n: number) => ({ user: Array.from({ length: n }, (_, i) => `u${i}`) })
    const offered = (n: number) => completeFilter('user u', 6, names(n)).candidates.length
    expect(offered(limits.filterCandidates)).toBe(limits.filterCandidates)
    expect(offered(limits.filterCandidates + 1)).toBe(limits.filterCandidates)
  })
})
