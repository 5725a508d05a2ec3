import { describe, expect, test } from 'vitest'
import type { HostOfMany } from '../../../src/query/hosts-of-many.ts'
import { fitColumns, type Column } from '../../../src/ui/paint/columns.ts'
import { hostNameWithin, markSegments, withHostNames } from '../../../src/ui/paint/marked-hosts.ts'
import { paintRows } from '../../../src/ui/paint/table.ts'
import { clockText } from '../../../src/ui/text/clock-text.ts'
import { millis } from '../../../src/model/quantity.ts'
import { paintOf } from '../../../src/ui/theme/themes.ts'

const host = (name: string, mark?: HostOfMany['mark']): HostOfMany => ({
  host: name,
  state: 'answered',
  why: '',
  mark,
})
const prod = { name: 'prod', colour: 'red' } as const
const column: Column<{ readonly id: string }> = {
  name: 'host',
  title: () => 'HOST',
  align: 'left',
  role: 'text',
  widthMin: 4,
  widthMax: 10,
  dropOrder: 0,
  text: ({ id }) => id,
}
const painted = (hosts: readonly HostOfMany[], depth: '16' | 'none') => {
  const columns = fitColumns(
    withHostNames([column], hosts, ({ id }) => id),
    40,
  )
  const paint = paintOf('system', {}, depth)
  const window = {
    rows: hosts.map(({ host: id }) => ({ id })),
    leads: [],
    selected: undefined,
    tagged: new Set<number>(),
  }
  return paintRows(window, {
    columns,
    shown: { unit: 'bytes', nameOf: undefined, whereaboutsOf: undefined, registeredOn: undefined },
    width: 40,
    paint,
    isOver: () => false,
  })
}

describe('hosts that the operator has marked', () => {
  test('have their mark and its colour before their name, others neither', () => {
    expect(painted([host('db1', prod), host('web1')], '16')).toEqual([
      '\x1b[1;31mprod:db1\x1b[0m',
      'web1',
    ])
  })

  test('have it also where there are no colours', () => {
    expect(painted([host('db1', prod)], 'none')[0]).toContain('prod:db1')
  })

  test('are named in the title, each mark once', () => {
    const marks = markSegments([host('a', prod), host('b'), host('c', { ...prod })])
    expect(marks).toEqual([{ role: 'mark-red', text: '  [prod]' }])
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => host(name, { name, colour: 'red' }))
    expect(markSegments(many).map(({ text }) => text.trim())).toEqual([
      '[a]',
      '[b]',
      '[c]',
      '[2 more]',
    ])
  })
})

test.each([
  ['web1', 11, 'web1'],
  ['web1.shop.example.com', 11, 'web1.shop.…'],
  ['prod-eu-web-0001.shop.example.com', 20, 'prod-eu-web-0001.sh…'],
  ['prod-eu-web-0001.shop.example.com', 11, 'prod-…-0001'],
])('the name %s in %d cells is %s', (name, width, text) => {
  expect(hostNameWithin(name, width)).toBe(text)
})

test('a column of hosts has names that can be told apart', () => {
  const hosts = ['prod-eu-central-1-web-0001', 'prod-eu-central-1-web-0002'].map((one) => host(one))
  const [names] = withHostNames([column], hosts, ({ id }) => id)
  const shown = {
    unit: 'bytes',
    nameOf: undefined,
    whereaboutsOf: undefined,
    registeredOn: undefined,
  } as const
  expect(hosts.map(({ host: id }) => names!.text({ id }, 11, shown))).toEqual([
    'prod-…-0001',
    'prod-…-0002',
  ])
  expect(names!.widthMax).toBe(26)
})

test.each([
  [undefined, '-'],
  [900, 'ok'],
  [-1_050, 'ok'],
  [1_200, '+1.2s'],
  [-61_000, '-61.0s'],
  [600_000, '+10.0m'],
  [-9_000_000, '-2.5h'],
])('a clock that is off by %s ms is %s', (ms, text) => {
  const clock = ms === undefined ? undefined : { offset: millis(ms), error: millis(60) }
  expect(clockText(clock)).toBe(text)
})
