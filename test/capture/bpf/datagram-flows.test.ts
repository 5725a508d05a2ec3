import { closeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMaps, defaultMapSizes } from '../../../src/capture/bpf/capture-maps.ts'
import { attachDatagrams } from '../../../src/capture/bpf/capture-programs.ts'
import { Carriers } from '../../../src/capture/bpf/carriers.ts'
import { DatagramFlows } from '../../../src/capture/bpf/datagram-flows.ts'
import { kernelLayout } from '../../../src/capture/bpf/kernel-layout.ts'
import { whyNoBpf } from '../../../src/capture/bpf/probe.ts'
import { ProcessIdentities } from '../../../src/capture/bpf/process-identities.ts'
import { readBtf } from '../../../src/capture/bpf/read-btf.ts'
import { SampleDecoder } from '../../../src/capture/bpf/sample-decoder.ts'
import { KernelClock } from '../../../src/capture/kernel-clock.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import { skipWhere } from '../../sim/skip-where.ts'
import { byFirst, SamplesOf, whilePython } from './watched-python.ts'

const udp = 17
const second = 1e9

const sendTwice = `
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in (2001, 2002):
    sender.sendto(b'x' * 100, ('127.0.0.1', port))`

describe('datagram flows', () => {
  skipWhere(whyNoBpf())

  const clock = new KernelClock()
  let descriptors: number[]
  let flows: DatagramFlows
  beforeEach(() => {
    descriptors = []
    const opened = (fd: number) => descriptors.push(fd)
    const maps = createMaps(defaultMapSizes, opened)
    attachDatagrams({ layout: kernelLayout(readBtf()), maps }, opened)
    const identities = new ProcessIdentities(new Owners())
    flows = new DatagramFlows(maps, new SampleDecoder(identities, clock, new Carriers()))
  })
  afterEach(() => descriptors.forEach((fd) => closeSync(fd)))

  const poll = (pid: number, nowNs: number) => {
    const samples = new SamplesOf()
    expect(flows.poll(nowNs, samples.take)).toBe(true)
    return samples.of(pid, udp).map((flow) => [flow.remotePort, flow.txBytes, flow.closed])
  }

  test('silent for 90 s they end and make room, and not a moment earlier', () =>
    whilePython(sendTwice, (pid) => {
      // A second on, so that the clock that stamps packets has passed them for certain.
      const now = clock.nowNs()
      expect(poll(pid, now + second).toSorted(byFirst)).toEqual([
        [2001, 100, false],
        [2002, 100, false],
      ])
      expect(poll(pid, now + 89 * second)).toEqual([])
      expect(poll(pid, now + 91 * second).toSorted(byFirst)).toEqual([
        [2001, 100, true],
        [2002, 100, true],
      ])
      expect(poll(pid, now + 92 * second)).toEqual([])
    }))

  test('all of more flows than one read takes are there, once', () =>
    whilePython(
      `
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(2000, 12000):
    sender.sendto(b'x', ('127.0.0.1', port))`,
      (pid) => {
        const ports = poll(pid, clock.nowNs()).map(([port]) => port)
        expect(ports).toHaveLength(10_000)
        expect(new Set(ports).size).toBe(10_000)
      },
    ))
})
