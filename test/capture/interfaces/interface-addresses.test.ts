import { describe, expect, test } from 'vitest'
import {
  addressesBy,
  namespaceOf,
  ownAddresses,
  parseAddresses,
} from '../../../src/capture/interfaces/interface-addresses.ts'

const routes = [
  'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT',
  'eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0',
  'eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0',
  'wg0 800200C0 00000000 0001 0 0 0 C0FFFFFF 0 0 0',
].join('\n')
const local = (address: string) => `     |-- ${address}\n        /32 host LOCAL\n`
const trie = ['192.0.2.2', '192.0.2.130', '127.0.0.1', '198.51.100.1', '192.0.2.2'].map(local)
const ipv6 = '20010db8000000000000000000000002 04 40 00 80     eth0\n'

describe("a namespace's own addresses", () => {
  test('are each of the interface with the narrowest network around it', () => {
    expect(parseAddresses({ routes, trie: trie.join(''), ipv6 })).toEqual(
      new Map([
        ['eth0', ['192.0.2.2', '2001:db8::2']],
        ['wg0', ['192.0.2.130']],
        ['lo', ['127.0.0.1']],
      ]),
    )
  })

  test('are none where /proc says nothing that is understood', () => {
    expect(parseAddresses({ routes: 'x 0 0\n\n', trie: 'y', ipv6: 'z' })).toEqual(new Map())
  })

  test.skipIf(process.platform !== 'linux')(
    'read of our own process are those of the system',
    () => {
      const own = new Map([...ownAddresses()].map(([name, all]) => [name, [...all].sort()]))
      const read = addressesBy(process.pid, namespaceOf('self'))
      for (const [name, all] of own) expect([...(read?.get(name) ?? [])].sort()).toEqual(all)
    },
  )

  test('are not told by a process of another namespace, or one that is gone', () => {
    expect(addressesBy(process.pid, namespaceOf('self') + 1)).toBeUndefined()
    expect(addressesBy(2 ** 22 + 1, 1)).toBeUndefined()
  })
})
