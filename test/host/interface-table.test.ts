import { expect, test } from 'vitest'
import { InterfaceTable } from '../../src/host/interface-table.ts'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { flowOf, processOwner } from '../ui/demo-session.ts'

const own = 10
const addresses = new Map([['eth0', ['192.0.2.10']]])
const flowIn = (netns: number, pid: number) =>
  flowOf({ id: pid, netns, owner: processOwner('nginx', pid, 'www-data') })

function tableOf(readable: readonly number[]) {
  const looks: number[] = []
  const table = new InterfaceTable({
    ownNamespace: () => own,
    ownAddresses: () => addresses,
    addressesBy(pid) {
      looks.push(pid)
      return readable.includes(pid) ? addresses : undefined
    },
  })
  return { table, looks }
}

test('each namespace is read by one of its processes, and named where none can be read', () => {
  const { table } = tableOf([3])
  const flows = [flowIn(own, 1), flowIn(0, 2), flowIn(11, 9), flowIn(11, 3), flowIn(12, 4)]
  const seen = table.of({ source: 'bpf', at: hostTime(1000), flows })
  expect(seen.known.map(({ netns, isOwn }) => [netns, isOwn])).toEqual([
    [own, true],
    [11, false],
  ])
  expect(seen.missing).toEqual([expect.stringMatching(/network namespace 12 no interfaces/)])
})

test('they are read anew after a while, and not for each answer', () => {
  const { table, looks } = tableOf([3])
  const flows = [flowIn(11, 3)]
  const at = (ms: number) => table.of({ source: 'bpf', at: hostTime(ms), flows })
  at(1000)
  at(1000 + fleetLimits.interfacesKeptMs - 1)
  expect(looks).toEqual([3])
  at(1000 + fleetLimits.interfacesKeptMs)
  expect(looks).toEqual([3, 3])
})

test.each([0, 1])('of %i namespaces past the limit it says so', (over) => {
  const { table } = tableOf([])
  const count = fleetLimits.interfaceNamespacesMax + over
  const flows = Array.from({ length: count }, (_, i) => flowIn(100 + i, i + 1))
  const { missing } = table.of({ source: 'bpf', at: hostTime(0), flows })
  expect(missing.some((text) => text.startsWith('1 more network namespace'))).toBe(over === 1)
})

test('of a replay nothing is said, because its flows are not of this host', () => {
  const { table } = tableOf([])
  const seen = table.of({ source: 'replay', at: hostTime(0), flows: [] })
  expect(seen).toEqual({ known: [], missing: [expect.stringMatching(/recorded samples/i)] })
})
