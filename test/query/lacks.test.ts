import { describe, expect, test } from 'vitest'
import { sentences } from '../../src/query/lacks.ts'
import { recordedFrom } from '../../src/query/shortfalls.ts'

const hosts = (count: number) => Array.from({ length: count }, (_, i) => `web${i + 1}`)

describe('what hosts lack', () => {
  test('is one sentence of those that lack it alike, all of them named where that is asked', () => {
    const lacks = hosts(5).map((host) => ({ host, why: 'unreachable: no route to it' }))
    expect(sentences(lacks)).toEqual(['web1 and 4 others: unreachable: no route to it'])
    expect(sentences(lacks, 'all')).toEqual([
      'web1, web2, web3, web4, web5: unreachable: no route to it',
    ])
  })

  test('is of one host alone what it is', () => {
    expect(sentences([{ host: undefined, why: 'lost: 3' }])).toEqual(['lost: 3'])
  })

  test('is the first and the last begin of logs that each began at another moment', () => {
    const begin = (second: number) => `2026-11-28T12:00:0${second}.000Z`
    const lacks = (count: number) =>
      hosts(count).map((host, i) => ({ host, why: recordedFrom(begin(count - i)) }))
    expect(sentences(lacks(2))).toEqual([
      `web1: recorded from ${begin(2)} on`,
      `web2: recorded from ${begin(1)} on`,
    ])
    expect(sentences([...lacks(5), { host: 'db1', why: 'disk full' }])).toEqual([
      `web1 and 4 others: recorded from ${begin(1)} on, some only from ${begin(5)} on`,
      'db1: disk full',
    ])
  })
})
