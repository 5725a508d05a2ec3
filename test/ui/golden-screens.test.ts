import { describe, expect, test } from 'vitest'
import type { CaptureStatus } from '../../src/model/capture-status.ts'
import { hostTime } from '../../src/model/quantity.ts'
import type { ScreenSize } from '../../src/ui/terminal/screen.ts'
import type { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import { emptyBins } from '../../src/query/timeline.ts'
import { loadContrib } from '../../src/ui/charts/contrib.ts'
import { groupViewNames } from '../../src/ui/store/views.ts'
import { blindCapture, DemoHost, wholeCapture, wholeCoverage } from './demo-session.ts'
import { hear, showStore } from './shown-screen.ts'

/** Ten seconds of the demo host, then what the user does. */
async function screenAfter(
  size: ScreenSize,
  act: (store: MonitorStore) => void = () => {},
  capture: CaptureStatus = wholeCapture,
  before: (store: MonitorStore) => void = () => {},
): Promise<string> {
  const { store, terminal, display } = showStore(size)
  const host = new DemoHost(7)
  before(store)
  for (let second = 0; second < 10; second++) {
    host.step()
    hear(store, host, capture)
  }
  display.paint()
  act(store)
  hear(store, host, capture)
  display.paint()
  const text = await terminal.text()
  display.close()
  return text + '\n'
}

const contrib = await loadContrib()
const golden = (name: string) => `../golden/ui/${name}.txt`
const small = { columns: 80, rows: 24 }
const tall = { columns: 100, rows: 45 }

describe('the screen as text', () => {
  test.each([
    [80, 24],
    [120, 40],
    [160, 24],
    [238, 60],
    [60, 15],
    [40, 10],
    [20, 5],
  ])('flows at %dx%d', async (columns, rows) => {
    const text = await screenAfter({ columns, rows })
    await expect(text).toMatchFileSnapshot(golden(`flows-${columns}x${rows}`))
  })

  test.each(groupViewNames.filter((name) => name !== 'hosts'))('the view of %s', async (name) => {
    const text = await screenAfter(small, (store) => store.show(name))
    await expect(text).toMatchFileSnapshot(golden(`${name}-80x24`))
  })

  test('groups unfolded to their flows', async () => {
    const text = await screenAfter(small, (store) => {
      store.show('users')
      hear(store, new DemoHost(7))
      for (const moves of [2, 1, 0]) {
        store.table.move(moves)
        store.turnFold('open')
      }
    })
    await expect(text).toMatchFileSnapshot(golden('users-unfolded-80x24'))
  })

  test('the flows of one group', async () => {
    const text = await screenAfter(
      small,
      (store) => {
        store.table.move(2)
        store.openRow()
      },
      wholeCapture,
      (store) => store.show('processes'),
    )
    await expect(text).toMatchFileSnapshot(golden('flows-of-group-80x24'))
  })

  test('all of a flow, and of a process', async () => {
    const flow = await screenAfter(tall, (store) => {
      store.table.move(3)
      store.openRow()
    })
    await expect(flow).toMatchFileSnapshot(golden('flow-detail-100x45'))
    const process = await screenAfter(
      tall,
      (store) => {
        store.table.move(2)
        store.openDetail()
      },
      wholeCapture,
      (store) => store.show('processes'),
    )
    await expect(process).toMatchFileSnapshot(golden('process-detail-100x45'))
  })

  test.each([
    ['begun', 'process ngi'],
    ['wrong', 'tcp and prot 443'],
    ['values', 'user '],
    ['kept', 'tcp and process nginx and remote net 203.0.113.0/25'],
  ])('a filter that is %s', async (name, filter) => {
    const text = await screenAfter(small, (store) => {
      store.prompting.editFilter()
      store.prompt?.edit((editor) => editor.insert(filter))
      store.prompting.follow()
      if (name === 'kept') store.prompting.keep()
    })
    await expect(text).toMatchFileSnapshot(golden(`filter-${name}-80x24`))
  })

  test.each([
    ['drawn together', contrib],
    ['apart', undefined],
  ])('traffic over time, %s', async (name, draw) => {
    const { store, terminal, display } = showStore(tall)
    display.setDraw(draw)
    store.show('processes')
    const host = new DemoHost(7)
    for (let second = 0; second < 30; second++) {
      host.step()
      hear(store, host)
    }
    store.pages.open('chart')
    display.paint()
    const text = (await terminal.text()) + '\n'
    display.close()
    await expect(text).toMatchFileSnapshot(golden(`chart-${name.replace(' ', '-')}-100x45`))
  })

  test('the round trips of a flow, with axes', async () => {
    const { store, terminal, display } = showStore({ columns: 120, rows: 46 })
    display.setDraw(contrib)
    const host = new DemoHost(7)
    for (let second = 0; second < 30; second++) {
      host.step()
      hear(store, host)
    }
    store.table.move(1)
    store.openRow()
    display.paint()
    const text = (await terminal.text()) + '\n'
    display.close()
    await expect(text).toMatchFileSnapshot(golden('flow-detail-drawn-120x46'))
  })

  test('a window of the past says which time it is, and what is missing in it', async () => {
    const { store, terminal, display } = showStore(small)
    const host = new DemoHost(7)
    store.show('processes')
    hear(store, host)
    store.time.step(-1, hostTime(Date.UTC(2026, 2, 14, 15, 9)))
    for (const query of store.queries) {
      const { rows, coverage } = host.answer(query)
      const { from, to } = query.range ?? coverage
      const past = { missing: ['recorded from 2026-03-14T15:02:00.000Z on'] }
      store.take({ rows, coverage: { ...coverage, from, to, past } }, query)
    }
    display.paint()
    const text = (await terminal.text()) + '\n'
    display.close()
    await expect(text).toMatchFileSnapshot(golden('past-80x24'))
  })

  test('a filter longer than the line is cut, not left out', async () => {
    const text = await screenAfter(small, (store) => {
      const all = Array.from({ length: 40 }, (_, i) => `port ${i + 400}`).join(' or ')
      store.filter.keep(`not (${all})`)
    })
    expect(text).toMatch(/where not \(port 400 or port 401 .*…/)
  })

  test('reversed, frozen, paused, in bits', async () => {
    const text = await screenAfter(small, (store) => {
      store.table.nextSort()
      store.table.reverseSort()
      store.table.toggleFrozen()
      store.togglePause()
      store.unit = 'bits'
    })
    await expect(text).toMatchFileSnapshot(golden('states-80x24'))
  })

  test('a capture that does not see all', async () => {
    const text = await screenAfter(small, () => {}, blindCapture)
    await expect(text).toMatchFileSnapshot(golden('blind-80x24'))
  })

  test('the help, and its end in the smallest terminal', async () => {
    const help = await screenAfter(small, (store) => store.pages.open('help'))
    await expect(help).toMatchFileSnapshot(golden('help-80x24'))
    const end = await screenAfter({ columns: 60, rows: 15 }, (store) => {
      store.pages.open('help')
      store.pages.scroll(9, 21, 12)
    })
    await expect(end).toMatchFileSnapshot(golden('help-end-60x15'))
  })

  test('the coverage page', async () => {
    const text = await screenAfter(small, (store) => store.pages.open('coverage'), blindCapture)
    await expect(text).toMatchFileSnapshot(golden('coverage-80x24'))
  })

  test('an empty screen explains itself', async () => {
    const { store, terminal, display } = showStore(small)
    display.paint()
    await expect((await terminal.text()) + '\n').toMatchFileSnapshot(golden('waiting-80x24'))
    const capture = { ...blindCapture, lost: [], sees: ['tcp'] } as const
    store.take(
      { coverage: { ...wholeCoverage, capture }, rows: { kind: 'flows', flows: [] } },
      { kind: 'flows' },
    )
    display.paint()
    await expect((await terminal.text()) + '\n').toMatchFileSnapshot(golden('empty-80x24'))
    display.close()
  })

  test('a stale stream says so, and when it was last heard', async () => {
    const text = await screenAfter(small, (store) => store.markStale('the recorder has ended'))
    await expect(text).toMatchFileSnapshot(golden('stale-80x24'))
  })

  test.each([
    [80, 24],
    [120, 45],
    [60, 15],
    [40, 10],
  ])(
    'the strip of the past at %dx%d, with a gap and what nobody recorded',
    async (columns, rows) => {
      const { store, terminal, display } = showStore({ columns, rows })
      const host = new DemoHost(7)
      hear(store, host)
      const now = hostTime(Date.UTC(2026, 2, 14, 2, 31))
      store.time.step(-12, now)
      store.timeline.place(store.time, store.which, { cells: display.timelineCells, now })
      const { asked } = store.timeline
      const bins = emptyBins(asked!, [
        { from: hostTime(now - 4e6), to: hostTime(now - 3e6), reason: 'recorder-down', count: 0 },
        { from: hostTime(now - 1e6), to: hostTime(now - 1e6 + 1), reason: 'ring-full', count: 9 },
      ]).map((bin, i) =>
        i < 7 || bin.start === now - 4e6 ? bin : { ...bin, bytes: 1000 * (i % 17) ** 3 },
      )
      store.timeline.heard = { ...asked!, bins, missing: [] }
      display.paint()
      const text = (await terminal.text()) + '\n'
      display.close()
      await expect(text).toMatchFileSnapshot(golden(`timeline-${columns}x${rows}`))
    },
  )

  test('a terminal that shrinks and grows shows the same again', async () => {
    const { store, terminal, display } = showStore(small)
    const host = new DemoHost(7)
    hear(store, host)
    display.paint()
    const before = await terminal.text()
    for (const size of [{ columns: 20, rows: 5 }, { columns: 1, rows: 1 }, small]) {
      terminal.resize(size)
      display.repaint()
    }
    expect(await terminal.text()).toBe(before)
    display.close()
  })

  test('a second in which every row moves is sent in 2.75 kB at 80x24', () => {
    const { store, terminal, display } = showStore(small)
    const host = new DemoHost(7)
    for (let second = 0; second < 20; second++) {
      host.step()
      hear(store, host)
      display.paint()
    }
    display.close()
    const bytes = terminal.frames.slice(1).map((frame) => Buffer.byteLength(frame))
    expect(Math.max(...bytes)).toBeLessThanOrEqual(2750)
  })

  test('the time of a loss is the host’s', async () => {
    const last = hostTime(Date.UTC(2026, 0, 1, 2, 3, 4))
    const lost = [{ reason: 'a-new-reason', count: 7, last }]
    const text = await screenAfter(small, () => {}, { ...wholeCapture, lost })
    expect(text).toContain('Lost 7: a-new-reason, last at 02:03:04Z. Totals may be short.')
  })
})
