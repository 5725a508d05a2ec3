import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../src/model/address.ts'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import type { Interfaces } from '../../src/model/host-interface.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import {
  byInterface,
  interfaceFilter,
  interfaceGroup,
  interfaceKeys,
} from '../../src/query/interfaces.ts'
import { noTotals, Totals } from '../../src/query/totals.ts'
import { anyFlow } from '../sim/any-flow.ts'

/** Some of the addresses of flows are of interfaces, in one of three namespaces. */
const anyCase = fc.array(anyFlow, { minLength: 1, maxLength: 12 }).chain((flows) => {
  const addresses = [...new Set(flows.map(({ localAddress }) => formatAddress(localAddress)))]
  return fc.record({
    flows: fc.constant(
      flows.map((flow, i) => ({
        ...flow,
        id: i + 1,
        netns: flow.netns % 3,
        flags: flow.flags & 5,
      })),
    ),
    interfaces: fc
      .array(
        fc.record({
          netns: fc.constantFrom(1, 2),
          name: fc.constantFrom('lo', 'eth0', 'wg0'),
          addresses: fc.uniqueArray(fc.constantFrom(...addresses), { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 4 },
      )
      .map((all): Interfaces => ({
        // An address is of one interface of a namespace.
        known: all
          .filter((one, i) =>
            all
              .slice(0, i)
              .every(
                (other) =>
                  other.netns !== one.netns ||
                  (other.name !== one.name &&
                    one.addresses.every((address) => !other.addresses.includes(address))),
              ),
          )
          .map((one) => ({ ...one, isOwn: one.netns === 1 })),
        missing: [],
      })),
  })
})

const groupsOf = (flows: readonly FlowRecord[], interfaces: Interfaces) => {
  const totals = new Totals(interfaceKeys, 'here')
  for (const flow of flows) totals.add(flow)
  return byInterface(totals.groups(), interfaces, false)
}

test('groups by interface hold each flow once, and their filters tell them apart', () => {
  fc.assert(
    fc.property(anyCase, ({ flows: told, interfaces }) => {
      // By its address alone a flow of which no namespace is told is found in all of them.
      const flows = told.map((flow) => ({ ...flow, netns: 1 + (flow.netns % 2) }))
      const groups = groupsOf(flows, interfaces)
      const matching = groups.map(({ key, flows: count }) => {
        const filter = interfaceFilter(key)
        if (!filter) throw new Error('no filter')
        const members = flows.filter(flowPredicate(filter))
        expect(members).toHaveLength(count)
        return count
      })
      expect(matching.reduce((sum, count) => sum + count, 0)).toBe(flows.length)
    }),
  )
})

test('a flow goes by the interface that has its local address in its namespace, or by lo where it stays', () => {
  fc.assert(
    fc.property(anyCase, ({ flows, interfaces }) => {
      for (const flow of flows) {
        const [group] = groupsOf([flow], interfaces)
        const namespace = flow.netns === 0 ? 1 : flow.netns
        const inside = interfaces.known.filter(({ netns }) => netns === namespace)
        const address = formatAddress(flow.localAddress)
        const expected =
          flow.flags & flowFlag.loopback
            ? 'lo'
            : (inside.find(({ addresses }) => addresses.includes(address))?.name ?? null)
        expect(interfaceGroup(group!.key).name).toBe(expected)
      }
    }),
  )
})

test('flows whose address was not kept are a group that no filter tells', () => {
  const totals = new Totals(interfaceKeys)
  totals.addGroup([null, null, null, null], {
    ...noTotals([]),
    flows: 3,
    txBytes: 5,
    rxBytes: 7,
  })
  const [group] = byInterface(totals.groups(), undefined, false)
  expect(group).toMatchObject({ flows: 3, txBytes: 5, rxBytes: 7 })
  expect(interfaceFilter(group!.key)).toBeUndefined()
})
