import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { millis } from '../../../src/model/quantity.ts'
import type { TrafficClass } from '../../../src/model/wire-traffic.ts'
import { trafficClasses } from '../../../src/model/wire-traffic.ts'
import type { ClassViews, InterfaceView, Opacity, OwnerView } from '../../../src/query/opacity.ts'
import { packetLines } from '../../../src/ui/paint/packets/packet-page.ts'
import { PacketView } from '../../../src/ui/store/packet-view.ts'
import { cellWidth } from '../../../src/ui/text/cells.ts'
import { anyOpacity } from '../../sim/any-opacity.ts'
import { wholeCoverage } from '../demo-session.ts'

const plain = (_role: string, text: string) => text
const nothing = { packets: 0, wireBytes: 0 }
const none = { flows: 0, payload: 0 }
const noBytes = {
  payload: 0,
  again: 0,
  headers: 0,
  carriers: 0,
  guests: 0,
  unowned: 0,
  noFlow: 0,
  difference: 0,
}

const classesOf = (
  there: Partial<Record<TrafficClass, readonly [bytes: number, packets: number, owned: number]>>,
) =>
  Object.fromEntries(
    trafficClasses.map((name) => {
      const [wireBytes, packets, owned] = there[name] ?? [0, 0, 0]
      return [name, { wireBytes, packets, owned: { wireBytes: owned, packets } }]
    }),
  ) as ClassViews

const owner = (change: Partial<OwnerView>): OwnerView => ({
  ...nothing,
  process: 'node',
  user: 'alice',
  isCarrier: false,
  isGuest: false,
  pid: undefined,
  container: '',
  classes: ['clear'],
  payload: 0,
  retransmits: 0,
  flows: 1,
  ...change,
})

const lab0: InterfaceView = {
  name: 'lab0',
  kind: 'outer',
  seen: { packets: 11_749, wireBytes: 12_254_510 },
  counted: { packets: 11_750, wireBytes: 12_254_610 },
  classes: classesOf({ opaque: [12_254_426, 11_747, 12_254_426], 'not-ip': [84, 2, 0] }),
  account: { ...noBytes, carriers: 12_254_426, noFlow: 84, difference: 100 },
  retransmits: 0,
  owners: [
    owner({
      process: 'openvpn',
      user: 'root',
      isCarrier: true,
      classes: ['opaque'],
      wireBytes: 12_254_426,
      payload: 11_761_052,
    }),
  ],
  loss: { dropped: 0, unmeasured: 0 },
}
const tun0: InterfaceView = {
  name: 'tun0',
  kind: 'tunnel',
  seen: { packets: 11_738, wireBytes: 11_210_508 },
  counted: { packets: 11_738, wireBytes: 11_210_508 },
  classes: classesOf({ clear: [11_210_508, 11_738, 11_210_412] }),
  account: { ...noBytes, payload: 10_600_000, headers: 610_412, unowned: 96 },
  retransmits: 3,
  owners: [
    owner({ user: '2002', wireBytes: 5_609_780, payload: 5_300_000, retransmits: 3 }),
    owner({ user: '2003', wireBytes: 5_600_632, payload: 5_300_000 }),
  ],
  loss: { dropped: 12, unmeasured: 0 },
}
const tunnelled: Opacity = {
  interfaces: [lab0, tun0, { ...tun0, name: 'lo', kind: 'loopback', owners: [] }],
  host: {
    outer: ['lab0'],
    counted: lab0.counted,
    classes: lab0.classes,
    account: lab0.account,
    sockets: {
      owned: { flows: 2, payload: 10_600_000 },
      processes: 2,
      users: 2,
      unowned: none,
      carriers: { flows: 1, payload: 11_761_052 },
      loopback: none,
    },
  },
  look: millis(10_000),
  unseen: [],
}

function pageOf(opacities: readonly Opacity[], columns: number): readonly string[] {
  const view = new PacketView()
  for (const opacity of opacities) view.take({ kind: 'seen', opacity, coverage: wholeCoverage })
  return packetLines(view, { columns, unit: 'bytes', paint: plain })
}

describe('the page of packets', () => {
  test.each([40, 80, 120])('of a host behind a tunnel in %d columns', async (columns) => {
    const before = { ...tunnelled, look: millis(9_000) }
    const text = pageOf([before, tunnelled], columns).map((line) => line.trimEnd())
    await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(
      `../../golden/ui/packets-${columns}.txt`,
    )
  })

  test('fits whatever it is told into any width', () => {
    fc.assert(
      fc.property(anyOpacity, fc.integer({ min: 40, max: 240 }), (opacity, columns) => {
        for (const line of pageOf([opacity], columns))
          expect(cellWidth(line), line).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 200 },
    )
  })

  test('of two ways out shows the host as the sum of both', () => {
    const other = { ...lab0, name: 'wlan0' }
    const host = { ...tunnelled.host, outer: ['lab0', 'wlan0'] }
    const text = pageOf([{ ...tunnelled, interfaces: [lab0, other], host }], 100).join('\n')
    expect(text).toMatch(/host: lab0 \+ wlan0/)
    expect(text).toMatch(/WHERE THE BYTES WENT +host +lab0 +wlan0/)
  })

  test('of nothing yet, and of a refusal, says so', () => {
    const view = new PacketView()
    const drawing = { columns: 60, unit: 'bytes', paint: plain } as const
    expect(packetLines(view, drawing).join('\n')).toMatch(/Opening the interfaces/)
    view.take({ kind: 'refused', message: 'no cap', next: 'install it' })
    expect(packetLines(view, drawing).map((line) => line.trim())).toEqual([
      '',
      'The packets of this host are not seen',
      '',
      'No cap.',
      'Install it.',
    ])
  })
})

describe('rates of the page of packets', () => {
  const amount = ({ host }: Opacity) => host.counted.wireBytes
  const seen = (look: number, wireBytes: number) =>
    ({
      kind: 'seen',
      coverage: wholeCoverage,
      opacity: {
        ...tunnelled,
        look: millis(look),
        host: { ...tunnelled.host, counted: { packets: 1, wireBytes } },
      },
    }) as const

  test('are what came since the last time, and none over the beginning of another look', () => {
    const view = new PacketView()
    expect(view.rateOf(amount)).toBeUndefined()
    view.take(seen(1_000, 500))
    expect(view.rateOf(amount)).toBeUndefined()
    view.take(seen(3_000, 2_500))
    expect(view.rateOf(amount)).toBe(1_000)
    view.take(seen(1_000, 100))
    expect(view.rateOf(amount)).toBeUndefined()
  })
})
