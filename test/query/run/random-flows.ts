import fc from 'fast-check'
import { endReasons, type FlowRecord } from '../../../src/model/flow.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { flows } from '../filter/filter-arbitrary.ts'

/** 2023-11-14 22:00 UTC. */
export const begin = 1_699_999_200_000

const piece = fc.record({
  fields: flows,
  flags: fc.constantFrom(0, 0, 0, 1, 2, 4),
  bytes: fc.nat(2 ** 40),
  lastsMs: fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(900_000)),
  pauseMs: fc.nat(40_000),
  id: fc.nat(12),
  reason: fc.constantFrom(...endReasons.filter((one) => one !== 'open' && one !== 'active')),
})

/**
 * Records as a recorder writes them: in the order of their ends, all of a flow but its last with the reason `active`.
 * Those of flow 0 are what privacy rules withheld.
 */
export const flowsInOrder: fc.Arbitrary<readonly FlowRecord[]> = fc
  .array(piece, { maxLength: 40 })
  .map((pieces) => {
    let at = begin
    const lastOf = new Map(pieces.map(({ id }, i) => [id, i]))
    return pieces.map(({ fields, flags, bytes, lastsMs, pauseMs, id, reason }, i) => {
      at += pauseMs
      const endReason = id === 0 ? 'forced' : lastOf.get(id) === i ? reason : 'active'
      const [start, end] = [hostTime(at - lastsMs), hostTime(at)]
      return { ...fields, id, start, end, endReason, flags, txBytes: bytes }
    })
  })
