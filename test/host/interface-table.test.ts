import { expect, test } from 'vitest'
import { InterfaceTable } from '../../src/host/interface-table.ts'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import type { HostInterface } from '../../src/model/host-interface.ts'
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
  const seen = table.of({ capture: { source: 'bpf' }, at: hostTime(1000), flows })
  expect(seen.known.map(({ netns, isOwn }) => [netns, isOwn])).toEqual([
    [own, true],
    [11, false],
  ])
  expect(seen.missing).toEqual([expect.stringMatching(/network namespace 12 no interfaces/)])
})

test('they are read anew after a while, and not for each answer', () => {
  const { table, looks } = tableOf([3])
  const flows = [flowIn(11, 3)]
  const at = (ms: number) => table.of({ capture: { source: 'bpf' }, at: hostTime(ms), flows })
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
  const { missing } = table.of({ capture: { source: 'bpf' }, at: hostTime(0), flows })
  expect(missing.some((text) => text.startsWith('1 more network namespace'))).toBe(over === 1)
})

test('of a replay are those of its host, and of what it does not have it says so', () => {
  const { table, looks } = tableOf([3])
  const of = (interfaces?: readonly HostInterface[]) =>
    table.of({
      capture: { source: 'replay', interfaces },
      at: hostTime(0),
      flows: [flowIn(11, 3), flowIn(12, 4), flowIn(0, 5)],
    })
  expect(of()).toEqual({ known: [], missing: ['The recorded samples say nothing of interfaces.'] })
  const eth0 = { netns: 11, isOwn: true, name: 'eth0', addresses: ['192.0.2.10'] }
  expect(of([eth0])).toEqual({
    known: [eth0],
    missing: ['Of network namespace 12 the recording has no interfaces.'],
  })
  expect(of([eth0, { ...eth0, netns: 12, isOwn: false }]).missing).toEqual([])
  expect(looks).toEqual([])
})
