import { beforeEach, describe, expect, test } from 'vitest'
import { Carriers } from '../../../src/capture/bpf/carriers.ts'
import { ProcessIdentities } from '../../../src/capture/bpf/process-identities.ts'
import { kernelThread, origin, socketKind } from '../../../src/capture/bpf/records.ts'
import { recordMemory } from '../../../src/capture/bpf/ring-buffer.ts'
import { SampleDecoder } from '../../../src/capture/bpf/sample-decoder.ts'
import { KernelClock } from '../../../src/capture/kernel-clock.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import { formatAddress } from '../../../src/model/address.ts'
import { networkPort, process, recorded, type Fields } from './recorded.ts'

const curl = process({ tgid: 4242, uid: 1000, start: 123_450_000_000n, parent: 1, comm: 'curl' })
const worker = process({ tgid: 4243, uid: 1001, start: 123_460_000_000n, comm: 'worker' })

describe('the decoder', () => {
  const clock = new KernelClock()
  const nowNs = BigInt(clock.nowNs())
  let carriers: Carriers
  let decoder: SampleDecoder

  beforeEach(() => {
    carriers = new Carriers()
    decoder = new SampleDecoder(new ProcessIdentities(new Owners()), clock, carriers)
  })

  const connection: Fields = {
    cookie: 0x1234_5678_9abc_def0n,
    since: nowNs - 2_000_000_000n,
    now: nowNs,
    tx: 0x1_0000_0001n,
    rx: 3000n,
    segmentsOut: 6,
    segmentsIn: 5,
    smoothedRtt: 137,
    retransmits: 2,
    netns: 4026531840,
    localPort: networkPort(40000),
    remotePort: networkPort(443),
    'byte:state': 1,
    'byte:origin': origin.connect,
    'byte:family': 2,
    localAddress: Uint8Array.of(10, 0, 0, 1),
    remoteAddress: Uint8Array.of(192, 0, 2, 7),
    owner: curl,
  }
  const tcp = (fields: Fields = {}, closed = false) =>
    decoder.tcp(recorded('tcpRecord', { ...connection, ...fields }), 0, closed)

  test('reads every field of a TCP record, counters beyond 32 bits too', () => {
    const sample = tcp()
    expect(sample).toMatchObject({
      cookieLow: 0x9abc_def0,
      cookieHigh: 0x1234_5678,
      protocol: 6,
      localPort: 40000,
      remotePort: 443,
      netns: 4026531840,
      direction: 'outbound',
      owner: { kind: 'process', pid: 4242, uid: 1000, process: 'curl' },
      actor: undefined,
      txBytes: 0x1_0000_0001,
      rxBytes: 3000,
      txPackets: 6,
      rxPackets: 5,
      rttUs: 17,
      retransmits: 2,
      state: 1,
      closed: false,
      partial: false,
      carrier: false,
    })
    expect(formatAddress(sample.localAddress)).toBe('10.0.0.1')
    expect(formatAddress(sample.remoteAddress)).toBe('192.0.2.7')
    expect(sample.last - sample.first).toBe(2000)
  })

  test('an IPv6 record after an IPv4 one keeps nothing of it, though both are the same object', () => {
    tcp()
    const address = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    const sample = tcp({ 'byte:family': 10, localAddress: address, remoteAddress: address })
    expect(formatAddress(sample.remoteAddress)).toBe('2001:db8::1')
    expect(sample).toBe(tcp())
  })

  test('what is older than capture is partial and of unknown direction', () => {
    expect(tcp({ 'byte:origin': origin.seeded })).toMatchObject({
      partial: true,
      direction: 'unknown',
      txBytes: 0x1_0000_0001,
    })
  })

  test('the end of an orphan older than capture has none of its bytes, and says why it has no owner', () => {
    const orphan = tcp({ 'byte:origin': origin.none, since: 0n, owner: new Uint8Array(48) }, true)
    expect(orphan).toMatchObject({
      closed: true,
      partial: true,
      txBytes: 0,
      rxBytes: 0,
      txPackets: 0,
      owner: { kind: 'unknown', why: expect.stringContaining('older than capture') },
    })
    expect(orphan.first).toBe(orphan.last)
  })

  test('who used the socket last is told apart from its owner', () => {
    const sample = tcp({ 'byte:origin': origin.accept, user: worker })
    expect(sample.direction).toBe('inbound')
    expect(sample.owner).toMatchObject({ pid: 4242, uid: 1000 })
    expect(sample.actor).toMatchObject({ pid: 4243, uid: 1001, process: 'worker' })
  })

  test("a kernel thread's socket is the kernel's", () => {
    const owner = process({ tgid: 77, flags: kernelThread, comm: 'kworker/0:1' })
    expect(tcp({ owner }).owner).toEqual({ kind: 'kernel' })
  })

  test('one process is one owner object, and a process with its pid and another start is another', () => {
    const first = tcp().owner
    expect(tcp({ tx: 1n }).owner).toBe(first)
    const reused = process({ tgid: 4242, uid: 1000, start: 999_000_000_000n, comm: 'curl' })
    expect(tcp({ owner: reused }).owner).not.toBe(first)
  })

  test('flows of whoever holds /dev/net/tun are carriers, until it lets go', () => {
    carriers.beginPass()
    carriers.found(recordMemory(curl.slice()).words, 0)
    expect(tcp().carrier).toBe(false)
    carriers.endPass()
    expect(tcp().carrier).toBe(true)
    expect(tcp({ owner: worker }).carrier).toBe(false)
    const reused = process({ tgid: 4242, start: 999_000_000_000n })
    expect(tcp({ owner: reused }).carrier).toBe(false)
    carriers.beginPass()
    carriers.endPass()
    expect(tcp().carrier).toBe(false)
  })

  const datagramTo = (fields: Fields) => {
    const mapped = (last: number) => Uint8Array.of(...Array(10).fill(0), 255, 255, 10, 0, 0, last)
    const key = recorded('datagramKey', {
      cookie: 5n,
      localAddress: mapped(1),
      remoteAddress: mapped(53),
      localPort: networkPort(5353),
      remotePort: networkPort(53),
      protocol: 17,
    })
    const value = recorded('datagramValue', {
      owner: curl,
      first: nowNs,
      last: nowNs + 1_000_000n,
      tx: 60n,
      rx: 300n,
      txPackets: 1n,
      rxPackets: 2n,
      netns: 9,
      'byte:origin': origin.created,
      'byte:outbound': 1,
      ...fields,
    })
    return decoder.datagram(key, 0, value, 0, true)
  }

  test('reads every field of a datagram flow', () => {
    const sample = datagramTo({})
    expect(sample).toMatchObject({
      cookieLow: 5,
      protocol: 17,
      localPort: 5353,
      remotePort: 53,
      direction: 'outbound',
      owner: { pid: 4242 },
      txBytes: 60,
      rxBytes: 300,
      txPackets: 1,
      rxPackets: 2,
      netns: 9,
      state: 0,
      closed: true,
      partial: false,
    })
    expect(formatAddress(sample.remoteAddress)).toBe('10.0.0.53')
    expect(datagramTo({ 'byte:outbound': 0 }).direction).toBe('inbound')
  })

  test('a peer of an older socket is partial at first, and new after the silence that ends a flow', () => {
    const seeded = { 'byte:origin': origin.seeded, 'byte:outbound': 0 }
    expect(datagramTo(seeded)).toMatchObject({ partial: true, direction: 'unknown' })
    const later = { ...seeded, first: nowNs + 120_000_000_000n }
    expect(datagramTo(later)).toMatchObject({ partial: false, direction: 'inbound' })
  })

  test("the kernel's own sockets are the kernel's, and those nobody holds are unknown", () => {
    const nobody = { owner: new Uint8Array(48), 'byte:origin': origin.none }
    const kernel = datagramTo({ ...nobody, 'byte:kind': socketKind.kernel })
    expect(kernel).toMatchObject({ owner: { kind: 'kernel' }, partial: false })
    const unheld = datagramTo({ ...nobody, 'byte:kind': socketKind.user })
    expect(unheld).toMatchObject({ owner: { kind: 'unknown' }, partial: true })
  })
})
