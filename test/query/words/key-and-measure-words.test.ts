import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldNames } from '../../../src/query/words/field-words.ts'
import {
  groupKeyName,
  groupWords,
  readGroupKey,
  readGroupKeys,
} from '../../../src/query/words/group-words.ts'
import {
  measureName,
  measureWords,
  readMeasure,
  readMeasures,
} from '../../../src/query/words/measure-words.ts'
import type { GroupKey } from '../../../src/query/question.ts'
import { groupKey, measure } from '../run/random-questions.ts'

const valueOf = <T>(read: { ok: true; value: T } | { ok: false; why: string }) =>
  read.ok ? read.value : read.why

describe('words of --by', () => {
  /** The word that means the key. */
  const textOf = (key: GroupKey) =>
    key.kind === 'network' ? `${key.end}_net/${key.v4Bits}/${key.v6Bits}` : groupKeyName(key)

  test('every key is what its text means', () => {
    fc.assert(
      fc.property(groupKey, (key) => {
        expect(valueOf(readGroupKey(textOf(key)))).toEqual(key)
      }),
    )
  })

  test('every word that help lists is one', () => {
    for (const { word } of groupWords) expect(readGroupKey(word)).toMatchObject({ ok: true })
  })

  test.each([
    ['proces', "nothing can be grouped by 'proces'; did you mean 'process'?"],
    ['contry', "nothing can be grouped by 'contry'; did you mean 'country'?"],
    ['port', "'port' can be service, remote_port or local_port"],
    ['remote_net/33', "'remote_net/33': an IPv4 network has at most 32 bits, an IPv6 one 128"],
    ['process,process', "'process' is named twice"],
    ['process,', "nothing can be grouped by ''; `e2etop help by` lists what can be grouped by"],
    ['contry', "nothing can be grouped by 'contry'; did you mean 'country'?"],
    ['ip', "'ip' can be remote_ip or local_ip"],
  ])('%s is refused: %s', (text, why) => {
    expect(readGroupKeys(text)).toEqual({ ok: false, why })
  })
})

describe('words of --sum', () => {
  test('every measure is what its name means', () => {
    fc.assert(
      fc.property(measure, (one) => {
        expect(valueOf(readMeasure(measureName(one)))).toEqual(one)
      }),
    )
  })

  test('every word that help lists is one', () => {
    for (const { word } of measureWords) expect(readMeasure(word)).toMatchObject({ ok: true })
  })

  test('different ones of every field can be counted, by its short name too', () => {
    for (const name of fieldNames)
      expect(valueOf(readMeasure(`distinct_${name}`))).toMatchObject({ kind: 'distinct' })
  })

  test.each([
    ['tx', 'tx_bytes'],
    ['rate', 'bytes_per_second'],
    ['rx_rate', 'rx_bytes_per_second'],
    ['avg_rtt', 'avg_rtt_us'],
    ['p99.9_rtt', 'p99.9_rtt_us'],
    ['p50_duration', 'p50_duration_ms'],
  ])('%s is short for %s', (short, name) => {
    expect(valueOf(readMeasure(short))).toEqual(valueOf(readMeasure(name)))
  })

  test.each([
    ['max(rtt)', "nothing can be measured by 'max(rtt)'; did you mean 'max_rtt_us'?"],
    ['flow', "nothing can be measured by 'flow'; did you mean 'flows'?"],
    [
      'p100_rtt',
      "nothing can be measured by 'p100_rtt'; `e2etop help by` lists what can be measured",
    ],
    [
      'distinct_contry',
      "nothing can be measured by 'distinct_contry'; did you mean 'distinct_country'?",
    ],
    ['avg_durtion', "nothing can be measured by 'avg_durtion'; did you mean 'avg_duration'?"],
    ['p99_rtx', "nothing can be measured by 'p99_rtx'; did you mean 'p99_rtt'?"],
    ['tx,tx_bytes', "'tx_bytes' is named twice"],
  ])('%s is refused: %s', (text, why) => {
    expect(readMeasures(text)).toEqual({ ok: false, why })
  })
})
