import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FlowTable } from '../../src/flow-table/flow-table.ts'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { hostTime, seconds } from '../../src/model/quantity.ts'
import type { FlowSample } from '../../src/model/sample.ts'
import { address, sampleOf } from '../sim/sample.ts'

const at = (s: number) => hostTime(s * 1000)
const timers = { idleAfter: seconds(90), exportEvery: seconds(300) }
const bytes = (records: readonly FlowRecord[]) =>
  records.map(({ txBytes, rxBytes, endReason }) => ({ txBytes, rxBytes, endReason }))

/** A tick as the recorder makes it. */
function tick(table: FlowTable, second: number) {
  return { due: table.takeDue(at(second)), rows: table.takeChanges() }
}

describe('flow table', () => {
  test('a flow seen only at its close is one row and one record with all its bytes', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 1000, rxBytes: 3000, last: at(10.006), closed: true }))
    const { due, rows } = tick(table, 11)
    expect(bytes(due)).toEqual([{ txBytes: 1000, rxBytes: 3000, endReason: 'end detected' }])
    expect(bytes(rows)).toEqual(bytes(due))
    expect(table.liveFlows).toBe(0)
    expect(tick(table, 12)).toEqual({ due: [], rows: [] })
  })

  test('records are differences: 300 B, then 50 B more, at the export timer and the end', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 300, last: at(309) }))
    expect(bytes(tick(table, 310).due)).toEqual([{ txBytes: 300, rxBytes: 0, endReason: 'active' }])
    table.observe(sampleOf({ txBytes: 350, last: at(320), closed: true }))
    const { due, rows } = tick(table, 321)
    expect(bytes(due)).toEqual([{ txBytes: 50, rxBytes: 0, endReason: 'end detected' }])
    expect(rows[0]).toMatchObject({ txBytes: 350, start: at(10), end: at(320) })
    expect(due[0]).toMatchObject({ start: at(309), end: at(320) })
  })

  test('the export timer is not due one millisecond early, nor for a flow with nothing new', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 1, last: at(309) }))
    expect(table.takeDue(hostTime(309_999))).toEqual([])
    expect(table.takeDue(at(310))).toHaveLength(1)
    table.observe(sampleOf({ txBytes: 1, last: at(650) }))
    expect(table.takeDue(at(651))).toEqual([])
  })

  test('90 s of silence end a flow once, not at 89.999 s', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 7, last: at(20) }))
    expect(table.takeDue(hostTime(109_999))).toEqual([])
    expect(bytes(tick(table, 110).due)).toEqual([{ txBytes: 7, rxBytes: 0, endReason: 'idle' }])
    expect(tick(table, 111)).toEqual({ due: [], rows: [] })
    expect(table.rows()).toEqual([])
  })

  test('a socket that speaks after its flow went idle begins a new flow with the new bytes only', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 700, txPackets: 7, last: at(20) }))
    const idle = tick(table, 110)
    table.observe(sampleOf({ txBytes: 705, txPackets: 8, last: at(500) }))
    const { rows } = tick(table, 501)
    expect(rows[0]).toMatchObject({ txBytes: 5, txPackets: 1, start: at(500) })
    expect(rows[0]!.id).not.toBe(idle.rows[0]!.id)
    table.observe(sampleOf({ txBytes: 705, txPackets: 8, last: at(502), closed: true }))
    expect(bytes(tick(table, 503).due)).toEqual([
      { txBytes: 5, rxBytes: 0, endReason: 'end detected' },
    ])
  })

  test('an idle socket that closes without another word leaves no second record', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 700, last: at(20) }))
    tick(table, 110)
    table.observe(sampleOf({ txBytes: 700, last: at(400), closed: true }))
    expect(tick(table, 401)).toEqual({ due: [], rows: [] })
    expect(table.liveFlows).toBe(0)
  })

  test('a reused socket after its close is a new flow', () => {
    const table = new FlowTable(timers)
    table.observe(sampleOf({ txBytes: 10, closed: true }))
    table.observe(sampleOf({ txBytes: 3, first: at(11), last: at(11) }))
    const { rows } = tick(table, 12)
    expect(rows.map((row) => row.txBytes)).toEqual([10, 3])
    expect(table.liveFlows).toBe(1)
  })

  test('peers of one datagram socket are flows of their own', () => {
    const table = new FlowTable(timers)
    for (let peer = 0; peer < 1000; peer++)
      table.observe(
        sampleOf({ protocol: 17, remoteAddress: address(`10.1.${peer >> 8}.${peer & 255}`) }),
      )
    expect(table.liveFlows).toBe(1000)
  })

  test('loopback and equal addresses are marked, and only those', () => {
    const flags = (local: string, remote: string) => {
      const table = new FlowTable(timers)
      table.observe(
        sampleOf({ localAddress: address(local), remoteAddress: address(remote), partial: true }),
      )
      return table.rows()[0]!.flags
    }
    expect(flags('127.0.0.1', '127.0.0.1')).toBe(flowFlag.loopback | flowFlag.partial)
    expect(flags('::1', '::1')).toBe(flowFlag.loopback | flowFlag.partial)
    expect(flags('10.0.0.1', '10.0.0.1')).toBe(flowFlag.loopback | flowFlag.partial)
    expect(flags('10.0.0.1', '10.0.0.2')).toBe(flowFlag.partial)
  })

  test('one flow past the limit ends the oldest, counted, and never counts its bytes again', () => {
    const table = new FlowTable(timers, 3)
    for (const cookieLow of [1, 2, 3])
      table.observe(sampleOf({ cookieLow, txBytes: 100, last: at(10 + cookieLow) }))
    expect(table.evicted.count).toBe(0)
    table.observe(sampleOf({ cookieLow: 4, txBytes: 1, first: at(15), last: at(15) }))
    expect(table.evicted).toEqual({ count: 1, last: at(15) })
    expect(table.liveFlows).toBe(3)
    expect(bytes(tick(table, 16).due)).toEqual([
      { txBytes: 100, rxBytes: 0, endReason: 'lack of resources' },
    ])
    table.observe(sampleOf({ cookieLow: 1, txBytes: 130, last: at(17) }))
    table.observe(sampleOf({ cookieLow: 1, txBytes: 140, last: at(18) }))
    const row = table.rows().find((flow) => flow.flags & flowFlag.partial)
    expect(row).toMatchObject({ txBytes: 10, start: at(17) })
  })

  test('an orderly stop ends every live flow as forced, with all its bytes', () => {
    const table = new FlowTable(timers)
    for (const cookieLow of [1, 2]) table.observe(sampleOf({ cookieLow, txBytes: cookieLow }))
    table.endAll()
    expect(bytes(table.takeDue(at(11)))).toEqual([
      { txBytes: 1, rxBytes: 0, endReason: 'forced' },
      { txBytes: 2, rxBytes: 0, endReason: 'forced' },
    ])
  })

  test.each([
    ['back', -3600],
    ['forward', 86_400],
  ])(
    'a clock that is set %s ends no flow, holds up no record and makes no time negative',
    (_way, step) => {
      const table = new FlowTable(timers)
      table.observe(sampleOf({ txBytes: 5, last: at(4000), first: at(3990) }))
      table.takeDue(at(4001))
      table.shiftTimes(seconds(step))
      const now = 4002 + step
      expect(table.takeDue(at(now))).toEqual([])
      expect(table.rows()).toMatchObject([{ start: at(3990 + step), end: at(4000 + step) }])
      for (let s = now; s < now + 300; s += 60)
        table.observe(sampleOf({ txBytes: s, last: at(s), first: at(3990) }))
      expect(table.takeDue(at(now + 288))).toMatchObject([
        { endReason: 'active', start: at(3990 + step), end: at(now + 240) },
      ])
    },
  )

  test('whatever the order of looks, silences and ends, the records of all flows sum to what was sent', () => {
    const step = fc.record({
      socket: fc.integer({ min: 1, max: 6 }),
      sent: fc.integer({ min: 0, max: 1000 }),
      pauseS: fc.constantFrom(0, 1, 30, 89, 90, 91, 400),
      close: fc.boolean(),
      grow: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new FlowTable(timers)
        /** Of a recorder without a log. */
        const other = new FlowTable(timers)
        const sockets = new Map<number, { generation: number; tx: number; first: number }>()
        const records: FlowRecord[] = []
        const sendings: { at: number; tx: number }[] = []
        let now = 10
        let sent = 0
        for (const { socket, sent: tx, pauseS, close, grow } of steps) {
          now += pauseS
          const was = sockets.get(socket) ?? { generation: socket, tx: 0, first: now }
          was.tx += tx
          sent += tx
          sendings.push({ at: at(now), tx })
          sockets.set(socket, was)
          const observe = (sample: FlowSample) => {
            table.observe(sample)
            other.observe(sample)
          }
          observe(
            sampleOf({
              cookieLow: was.generation,
              txBytes: was.tx,
              txPackets: was.tx,
              first: at(was.first),
              last: at(now),
              closed: close,
            }),
          )
          if (close) sockets.delete(socket)
          if (grow && table.liveFlows < 1000)
            for (let extra = 0; extra < 700; extra++)
              observe(sampleOf({ cookieLow: 1000 + extra, first: at(now), last: at(now) }))
          records.push(...table.takeDue(at(now)))
          other.dropDue(at(now))
          expect(other.takeChanges()).toEqual(table.takeChanges())
          expect(other.liveFlows).toBe(table.liveFlows)
          const until = table.recordedUntil(at(now))
          const before = sendings.filter(({ at }) => at < until)
          expect(records.reduce((sum, { txBytes }) => sum + txBytes, 0)).toBeGreaterThanOrEqual(
            before.reduce((sum, { tx }) => sum + tx, 0),
          )
        }
        table.endAll()
        records.push(...table.takeDue(at(now)))
        expect(records.reduce((sum, { txBytes }) => sum + txBytes, 0)).toBe(sent)
        for (const { start, end, txBytes } of records) {
          expect(end).toBeGreaterThanOrEqual(start)
          expect(txBytes).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 40 },
    )
  })
})
