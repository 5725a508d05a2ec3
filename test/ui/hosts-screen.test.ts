import { describe, expect, test } from 'vitest'
import { mergedAnswer, type HostPart } from '../../src/fleet/live/merged-answer.ts'
import type { Silence } from '../../src/fleet/silence.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import type { Answer } from '../../src/query/session.ts'
import type { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import type { ScreenSize } from '../../src/ui/terminal/screen.ts'
import { blindCapture, DemoHost, wholeCapture } from './demo-session.ts'
import { showStore } from './shown-screen.ts'

const golden = (name: string) => `../golden/ui/${name}.txt`
const long = (number: number) =>
  `frontend-${number}.shop.eu-central-1.production.internal.example.com`.padStart(60, 'x')
const silent = (state: Silence['state'], why: string) => ({ state, why, since: hostTime(0) })

/** Hosts as an operator has them on a bad day; those without a seed are silent. */
const members: readonly (Partial<HostPart> & { readonly host: string; readonly seed?: number })[] =
  [
    { host: 'web1', seed: 1, mark: { name: 'prod', colour: 'red' } },
    { host: 'web2', seed: 2, offset: { offset: millis(-61_000), error: millis(1) } },
    { host: long(1), seed: 3, version: '0.0.9' },
    { host: long(2), seed: 4 },
    { host: 'db1', silence: silent('unreachable', 'no route to it') },
    {
      host: 'db2',
      silence: silent('refused', 'its host key SHA256:abc is revoked in known_hosts'),
    },
    { host: 'old1', silence: silent('no e2etop', 'there is none; `e2etop deploy` puts one there') },
    { host: 'new1' },
  ]

/** As a host says it whose clock is off by so much. */
const byClock = ({ rows, coverage }: Answer, offset: number): Answer => ({
  rows,
  coverage: {
    ...coverage,
    from: hostTime(coverage.from + offset),
    to: hostTime(coverage.to + offset),
  },
})

async function screenOf(
  size: ScreenSize,
  act: (store: MonitorStore) => void = () => {},
): Promise<string> {
  const { store, terminal, display } = showStore(size)
  const demos = members.map(({ seed }) => (seed === undefined ? undefined : new DemoHost(seed)))
  const hear = () => {
    for (const query of store.queries) {
      const parts = members.map((member, i): HostPart => {
        const { offset = { offset: millis(0), error: millis(1) }, version = '0.1.0' } = member
        const told = demos[i]?.answer(query, i === 3 ? blindCapture : wholeCapture)
        const answer = told && byClock(told, offset.offset)
        const heard = answer && { offset, version }
        return { silence: undefined, run: 0, offset: undefined, ...member, ...heard, answer }
      })
      const [first] = parts
      store.take(mergedAnswer(query, parts, first!.answer!.coverage.to), query)
    }
  }
  for (let second = 0; second < 10; second++) {
    for (const demo of demos) demo?.step()
    if (second === 1) store.show('hosts')
    hear()
  }
  act(store)
  hear()
  display.paint()
  const text = await terminal.text()
  display.close()
  return `${text}\n`
}

describe('the hosts of a fleet as text', () => {
  test.each([
    [60, 15],
    [80, 24],
    [120, 30],
    [238, 30],
  ])('at %dx%d', async (columns, rows) => {
    const text = await screenOf({ columns, rows })
    await expect(text).toMatchFileSnapshot(golden(`hosts-${columns}x${rows}`))
  })

  test('the selected one says in a line of its own why it is silent', async () => {
    const text = await screenOf({ columns: 80, rows: 24 }, (store) =>
      store.table.move(members.findIndex(({ host }) => host === 'db2') + 1),
    )
    await expect(text).toMatchFileSnapshot(golden('hosts-selected-80x24'))
  })

  test('what is missing names each silent one with its reason', async () => {
    const text = await screenOf({ columns: 100, rows: 45 }, (store) => store.pages.open('coverage'))
    await expect(text).toMatchFileSnapshot(golden('hosts-coverage-100x45'))
  })

  test('all that is known of one', async () => {
    const text = await screenOf({ columns: 100, rows: 45 }, (store) => {
      store.table.move(1)
      store.openDetail()
    })
    await expect(text).toMatchFileSnapshot(golden('host-detail-100x45'))
  })
})
