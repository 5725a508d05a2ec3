import { constants } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CaptureError } from '../../../src/capture/capture-error.ts'
import type { CaptureSource } from '../../../src/capture/source.ts'
import { openSockdiagSource } from '../../../src/capture/sockdiag/sockdiag-source.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import type { FlowSample } from '../../../src/model/sample.ts'
import { FakeKernel } from './diag-bytes.ts'

const established = 1
const synSent = 2
const finWait2 = 5
const timeWait = 6
const closeWait = 8

let kernel: FakeKernel
let now: number
beforeEach(() => {
  kernel = new FakeKernel()
  now = 1_700_000_000_000
})

const opened: CaptureSource[] = []
function open(): CaptureSource {
  const source = openSockdiagSource({ native: kernel.native, now: () => hostTime(now) })
  opened.push(source)
  return source
}
afterEach(() => opened.splice(0).forEach((source) => source.close()))

function poll(source: CaptureSource): FlowSample[] {
  const samples: FlowSample[] = []
  now += 1000
  source.drain((sample) => samples.push({ ...sample }))
  source.poll((sample) => samples.push({ ...sample }))
  return samples
}
const lost = (source: CaptureSource) =>
  Object.fromEntries(source.status().lost.map(({ reason, count }) => [reason, count]))

describe('connections', () => {
  test('one that is older than capture counts from there on, and is partial', () => {
    kernel.ipv4 = [{ sent: 300, received: 70, segments: 5 }]
    const source = open()
    expect(poll(source)).toMatchObject([{ txBytes: 0, rxBytes: 0, partial: true, closed: false }])
    kernel.ipv4 = [{ sent: 350, received: 75, segments: 9 }]
    expect(poll(source)).toMatchObject([
      { txBytes: 50, rxBytes: 5, txPackets: 4, partial: true, first: 1_700_000_000_000 },
    ])
    kernel.destroy({ sent: 360, acked: 361, received: 76, segments: 12 })
    kernel.ipv4 = []
    expect(poll(source)).toMatchObject([{ txBytes: 60, rxBytes: 5, closed: true, partial: true }])
  })

  test('one that is newer counts from the poll before it was seen', () => {
    const source = open()
    poll(source)
    kernel.ipv4 = [{ sent: 10 }]
    expect(poll(source)).toMatchObject([
      { txBytes: 10, partial: false, first: 1_700_000_001_000, last: 1_700_000_002_000 },
    ])
  })

  test('one that did not change is not reported again', () => {
    kernel.ipv4 = [{ sent: 10 }]
    const source = open()
    poll(source)
    expect(poll(source)).toEqual([])
  })

  test('one that ends between two looks is whole, but has no process', () => {
    const source = open()
    kernel.destroy({ cookie: 9n, sent: 1000, acked: 1002, received: 3001 })
    expect(poll(source)).toMatchObject([
      {
        txBytes: 1000,
        rxBytes: 3000,
        closed: true,
        direction: 'outbound',
        owner: { kind: 'unknown', why: 'ended between two looks at the sockets' },
      },
    ])
  })

  test('one that is connected anew on the same socket is another flow', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 100, remotePort: 1 }]
    poll(source)
    kernel.ipv4 = [{ sent: 7, remotePort: 2 }]
    expect(poll(source)).toMatchObject([
      { remotePort: 1, txBytes: 100, closed: true },
      { remotePort: 2, txBytes: 7, closed: false },
    ])
  })

  test('one whose counters a disconnect zeroed keeps those of the last look, and the loss is counted', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 100 }]
    poll(source)
    kernel.ipv4 = []
    kernel.destroy({ remotePort: 0 })
    expect(poll(source)).toMatchObject([{ remotePort: 443, txBytes: 100, closed: true }])
    expect(lost(source)).toEqual({ 'counters-zeroed': 1 })
  })

  test('one that was refused ends without a byte and without a loss', () => {
    const source = open()
    kernel.ipv4 = [{ state: synSent }]
    expect(poll(source)).toMatchObject([{ direction: 'outbound', state: synSent }])
    kernel.ipv4 = []
    kernel.destroy({ remotePort: 0 })
    expect(poll(source)).toMatchObject([{ txBytes: 0, closed: true }])
    expect(lost(source)).toEqual({})
  })

  test('a destroyed listener and a TIME-WAIT are no flows', () => {
    const source = open()
    kernel.destroy({ cookie: 5n, remotePort: 0 })
    kernel.ipv4 = [
      { cookie: 6n, state: timeWait, infoBytes: 0 },
      { cookie: 7n, state: finWait2, infoBytes: 0 },
    ]
    expect(poll(source)).toEqual([])
  })

  test('one that was reset before capture began and is let go of now is not counted', () => {
    const source = open()
    now += 500
    kernel.destroy({ cookie: 5n, sent: 1_000_000, quietMs: 60_000 })
    expect(poll(source)).toEqual([])
  })

  test('one whose end is not heard of is given up after a minute, and not counted again if it comes', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 100 }]
    poll(source)
    kernel.ipv4 = []
    for (let second = 1; second < 60; second++) expect(poll(source)).toEqual([])
    expect(poll(source)).toMatchObject([{ txBytes: 100, closed: true }])
    expect(lost(source)).toEqual({ 'end-missed': 1 })
    kernel.destroy({ sent: 100 })
    expect(poll(source)).toEqual([])
  })
})

describe('the FIN of the peer', () => {
  const ended = (end: Parameters<FakeKernel['destroy']>[0]) => {
    const source = open()
    kernel.destroy({ cookie: 9n, ...end })
    return poll(source)[0]
  }

  test('is taken off where the peer closed first', () => {
    expect(ended({ sent: 10, acked: 12, received: 101 })).toMatchObject({ rxBytes: 100 })
    expect(ended({ sent: 10, acked: 11, received: 101 })).toMatchObject({ rxBytes: 100 })
  })

  test('is not taken off where a TIME-WAIT took over before it came', () => {
    for (const state of [timeWait, finWait2]) {
      kernel.successor = { state, infoBytes: 0 }
      expect(ended({ sent: 10, acked: 12, received: 100 })).toMatchObject({ rxBytes: 100 })
    }
  })

  test('is taken off where it came to the orphan, which leaves it unread', () => {
    kernel.successor = { state: timeWait, infoBytes: 0 }
    expect(ended({ sent: 10, acked: 12, received: 101, unread: 1 })).toMatchObject({ rxBytes: 100 })
  })

  test('is not taken off where the connection was reset before it', () => {
    expect(ended({ sent: 10, acked: 10, received: 100 })).toMatchObject({ rxBytes: 100 })
    expect(ended({ sent: 10, acked: 11, received: 100, unacked: 3 })).toMatchObject({
      rxBytes: 100,
    })
  })

  test('is known from the last look at the state, also after a reset', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 10, acked: 10, received: 101, state: closeWait }]
    expect(poll(source)).toMatchObject([{ rxBytes: 100 }])
    kernel.ipv4 = []
    kernel.destroy({ sent: 10, acked: 10, received: 101 })
    expect(poll(source)).toMatchObject([{ rxBytes: 100, closed: true }])
  })

  test('never makes received bytes negative', () => {
    expect(ended({ sent: 10, acked: 12, received: 0 })).toMatchObject({ rxBytes: 0 })
  })
})

describe('direction', () => {
  test.each([
    [{ state: established, sent: 10, acked: 11 }, 'outbound'],
    [{ state: established, sent: 10, acked: 10 }, 'inbound'],
    [{ state: closeWait, sent: 10, acked: 10 }, 'inbound'],
    [{ state: established, sent: 10, acked: 5, unacked: 5 }, 'unknown'],
    [{ state: finWait2, sent: 10, acked: 11 }, 'unknown'],
  ] as const)('of %o is %s', (socket, direction) => {
    const source = open()
    kernel.ipv4 = [socket]
    expect(poll(source)).toMatchObject([{ direction }])
  })

  test('once known stays known', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 10, acked: 11 }]
    poll(source)
    kernel.ipv4 = [{ sent: 20, acked: 11, unacked: 9, segments: 2 }]
    expect(poll(source)).toMatchObject([{ direction: 'outbound' }])
  })
})

describe('trouble', () => {
  test('destroy events that the kernel dropped, and damaged ones, are counted, and the rest is heard', () => {
    const source = open()
    kernel.overrun()
    kernel.damage()
    kernel.destroy({ cookie: 3n, sent: 5 })
    expect(poll(source)).toMatchObject([{ txBytes: 5 }])
    expect(lost(source)).toEqual({ 'destroy-events-overrun': 1, 'netlink-damaged': 1 })
  })

  test('a listing that fails is counted and ends no connection', () => {
    const source = open()
    kernel.ipv4 = [{ sent: 5 }]
    poll(source)
    kernel.refusesDumps = constants.errno.ENOMEM
    expect(poll(source)).toEqual([])
    expect(lost(source)).toEqual({ 'dump-failed': 2 })
  })

  test('a kernel that refuses the sockets or the listing is named with its errno and what to do', () => {
    const refused = () => {
      try {
        open()
        return undefined
      } catch (error) {
        return error as CaptureError
      }
    }
    kernel.refuses = constants.errno.EPERM
    expect(refused()).toMatchObject({ code: 'netlink', message: expect.stringContaining('EPERM') })
    kernel.refuses = 0
    kernel.refusesDumps = constants.errno.ENOENT
    expect(refused()).toMatchObject({
      message: expect.stringContaining('ENOENT'),
      next: expect.stringContaining('tcp_diag'),
    })
  })

  test('connections are tracked up to the limit, and one past it is counted as lost at each look', () => {
    const source = openSockdiagSource({ native: kernel.native, connectionsMax: 2 })
    opened.push(source)
    kernel.ipv4 = [{ cookie: 1n }, { cookie: 2n }]
    expect(poll(source)).toHaveLength(2)
    expect(lost(source)).toEqual({})
    kernel.ipv4 = [{ cookie: 1n }, { cookie: 2n }, { cookie: 3n }]
    expect(poll(source)).toHaveLength(0)
    expect(lost(source)).toEqual({ 'connections-over-limit': 1 })
  })

  test('the status says what cannot be seen', () => {
    const { sees, blind } = open().status()
    expect(sees).not.toContain('udp')
    expect(sees).not.toContain('pid')
    expect(blind.join(' ')).toMatch(/UDP.*no byte counters/)
  })
})
