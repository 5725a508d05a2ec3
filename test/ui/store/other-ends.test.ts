import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import { otherEndColumn } from '../../../src/ui/paint/other-end.ts'
import { otherEndsAmong } from '../../../src/ui/store/other-ends.ts'
import { flowRow, type FlowRow } from '../../../src/ui/store/rows.ts'
import { address, flowOf, processOwner } from '../demo-session.ts'

const rates = { txRate: undefined, rxRate: undefined, history: undefined }
interface End {
  readonly protocol: number
  readonly local: string
  readonly localPort: number
  readonly remote: string
  readonly remotePort: number
  readonly start: number
}
const rowOf = (end: End, id: number, host = `host${id}`): FlowRow =>
  flowRow(
    flowOf({
      id,
      protocol: end.protocol,
      localAddress: address(end.local),
      localPort: end.localPort,
      remoteAddress: address(end.remote),
      remotePort: end.remotePort,
      start: hostTime(end.start),
      owner: processOwner('psql', 1, 'alice'),
    }),
    rates,
    host,
  )

const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1')
const port = fc.constantFrom(0, 22, 5432)
const ends = fc.array(
  fc.record({
    protocol: fc.constantFrom(6, 17),
    local: ip,
    localPort: port,
    remote: ip,
    remotePort: port,
    start: fc.nat(3),
  }),
)

describe('other ends', () => {
  test('are those with both addresses and ports the other way round, of the nearest begin', () => {
    fc.assert(
      fc.property(ends, (all) => {
        const rows = all.map((end, id) => rowOf(end, id))
        const isOther = (a: End, b: End) =>
          a !== b &&
          a.protocol === b.protocol &&
          `${a.local} ${a.localPort}` === `${b.remote} ${b.remotePort}` &&
          `${a.remote} ${a.remotePort}` === `${b.local} ${b.localPort}`
        const found = otherEndsAmong(rows)
        const nearest = all.map((end) =>
          all
            .filter((other) => isOther(end, other))
            .reduce((least, other) => Math.min(least, Math.abs(other.start - end.start)), Infinity),
        )
        const distances = rows.map((row, i) => {
          const other = found.of(row)
          const isRight = other && isOther(all[i]!, all[other.id]!)
          return isRight ? Math.abs(other.flow.start - row.flow.start) : Infinity
        })
        expect(distances).toEqual(nearest)
        expect(found.hasAny).toBe(nearest.some((one) => one < Infinity))
      }),
    )
  })

  test('are told with user, program and host, and in few cells without the user', () => {
    const client = { protocol: 6, local: '10.0.0.1', localPort: 40_000, start: 0 }
    const rows = [
      rowOf({ ...client, remote: '10.0.0.2', remotePort: 5432 }, 0, 'web1'),
      rowOf(
        { ...client, local: '10.0.0.2', localPort: 5432, remote: '10.0.0.1', remotePort: 40_000 },
        1,
        'db1',
      ),
    ]
    const shown = { unit: 'bytes', nameOf: undefined, whereaboutsOf: undefined } as const
    const text = (width: number) =>
      otherEndColumn(rows).text(rows[1]!, width, { ...shown, registeredOn: undefined })
    expect(text(16)).toBe('alice psql @web1')
    expect(text(15)).toBe('psql @web1')
    expect(text(8)).toBe('psql…eb1')
  })
})
