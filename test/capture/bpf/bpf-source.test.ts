import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { openBpfSource, type BpfOptions } from '../../../src/capture/bpf/bpf-source.ts'
import { whyNoBpf } from '../../../src/capture/bpf/probe.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import type { CaptureSource } from '../../../src/capture/source.ts'
import { skipWhere } from '../../sim/skip-where.ts'
import { byFirst, runPython, SamplesOf, sum, whilePython } from './watched-python.ts'

const tcp = 6
const udp = 17

describe('the BPF source', () => {
  skipWhere(whyNoBpf())

  let source: CaptureSource
  const open = (options: Partial<BpfOptions> = {}) => {
    source = openBpfSource({ owners: new Owners(), actor: false, ...options })
    return source
  }
  const lost = (reason: string) =>
    source.status().lost.find((loss) => loss.reason === reason)?.count ?? 0
  /** What a poll says, after `program` has run to its end. */
  const watch = (program: string) => {
    const pid = runPython(program)
    const samples = new SamplesOf()
    source.poll(samples.take)
    return { pid, samples }
  }
  afterEach(() => source.close())

  test('a connection that begins and ends between two polls is there once from each end', () => {
    open()
    const { pid, samples } = watch(`
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b'x' * 1000)
server.recv(1000, socket.MSG_WAITALL)
server.sendall(b'y' * 3000)
client.recv(3000, socket.MSG_WAITALL)
client.close()
server.close()`)
    const flows = samples.of(pid, tcp)
    expect(flows.map((flow) => [flow.direction, flow.txBytes, flow.rxBytes, flow.closed])).toEqual([
      ['outbound', 1000, 3000, true],
      ['inbound', 3000, 1000, true],
    ])
    expect(flows[0]!.owner).toMatchObject({ process: 'python3', uid: 0 })
    expect(flows[0]!.owner).toHaveProperty('exe', expect.stringContaining('python3'))
  })

  test('a program that was started out of memory is named by what it was called there', () => {
    open()
    const { pid, samples } = watch(`
memory = os.memfd_create('payload', 0)
os.write(memory, open('/usr/bin/python3', 'rb').read())
code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
os.execv(f'/proc/self/fd/{memory}', ['kthreadd', '-c', code])`)
    expect(samples.of(pid, udp)).toMatchObject([{ txBytes: 1, owner: { exe: '/memfd:payload' } }])
  })

  test('a closed datagram socket ends its flows, and they leave the kernel', () => {
    open()
    const { pid, samples } = watch(`
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(b'x' * 100, ('127.0.0.1', 9))
sender.close()`)
    expect(samples.of(pid, udp)).toMatchObject([{ txBytes: 100, closed: true, remotePort: 9 }])
    const later = new SamplesOf()
    source.poll(later.take)
    expect(later.of(pid, udp)).toEqual([])
  })

  test('peers that the full datagram map has no room for lose their address, not their bytes', () => {
    open({ sizes: { datagramFlows: 8 } })
    const { pid, samples } = watch(`
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(2000, 2050):
    sender.sendto(b'x' * 100, ('127.0.0.1', port))`)
    const flows = samples.of(pid, udp)
    expect(sum(flows, 'txBytes')).toBe(5000)
    expect(sum(flows, 'txPackets')).toBe(50)
    const others = flows.filter((flow) => flow.remoteAddress === '::' && flow.remotePort === 0)
    expect(others).toHaveLength(1)
    expect(lost('datagram-map-full')).toBeGreaterThanOrEqual(others[0]!.txPackets)
    expect(lost('datagram-lost')).toBe(0)
  })

  test('what even the map of other peers has no room for is counted as lost, in packets and bytes', () => {
    open({ sizes: { datagramFlows: 1, otherPeers: 1 } })
    const { pid, samples } = watch(`
for port in range(2000, 2050):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x' * 100, ('127.0.0.1', port))`)
    const flows = samples.of(pid, udp)
    expect(sum(flows, 'txPackets')).toBeLessThanOrEqual(2)
    expect(sum(flows, 'txPackets') + lost('datagram-lost')).toBeGreaterThanOrEqual(50)
    expect(sum(flows, 'txBytes') + lost('datagram-lost-bytes')).toBeGreaterThanOrEqual(5000)
  })

  const connections = `
listener = socket.create_server(('127.0.0.1', 0))
for _ in range(50):
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    client.close()
    server.close()`

  test('ends that the full ring has no room for are counted, and it works again once drained', () => {
    open({ sizes: { closedRingBytes: 4096 } })
    const held = Math.floor(4096 / 208)
    for (const round of [1, 2]) {
      const { samples } = watch(connections)
      const ends = samples.all.filter((flow) => flow.protocol === tcp && flow.closed)
      expect(ends).toHaveLength(held)
      expect(lost('ring-full') + round * held).toBeGreaterThanOrEqual(round * 100)
    }
  })

  test('program starts that the full event ring has no room for are counted', () => {
    open({ sizes: { eventRingBytes: 4096 } })
    watch(`
for _ in range(20):
    os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)`)
    expect(lost('event-ring-full')).toBeGreaterThanOrEqual(20 - Math.floor(4096 / 280))
  })

  test('a packet behind IPv4 options or IPv6 extension headers has its ports and payload bytes', () => {
    open()
    const { pid, samples } = watch(`
four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
four.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, b'\\x01' * 8)
four.sendto(b'x' * 100, ('127.0.0.1', 2001))
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
pad = lambda units: struct.pack('BBBB', 0, units - 1, 1, 8 * units - 4) + bytes(8 * units - 4)
six.setsockopt(socket.IPPROTO_IPV6, 59, pad(2))
six.setsockopt(socket.IPPROTO_IPV6, 54, pad(1))
six.sendto(b'x' * 200, ('::1', 2002))`)
    const flows = samples.of(pid, udp)
    expect(flows.map((flow) => [flow.remotePort, flow.txBytes]).toSorted(byFirst)).toEqual([
      [2001, 100],
      [2002, 200],
    ])
    expect(lost('ports-unreadable')).toBe(0)
  })

  test('a later fragment has no ports: its bytes are counted without, and that is counted', () => {
    open()
    const { pid, samples } = watch(`
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
ip = lambda offset, body: struct.pack('!BBHHHBBH4s4s', 0x45, 0, 0, 7, offset, 64, 17, 0,
    socket.inet_aton('127.0.0.1'), socket.inet_aton('127.0.0.9')) + body
raw.sendto(ip(0x2000, struct.pack('!HHHH', 1111, 2222, 40, 0) + b'x' * 24), ('127.0.0.9', 0))
raw.sendto(ip(4, b'x' * 8), ('127.0.0.9', 0))`)
    const flows = samples.of(pid, udp).filter((flow) => flow.remoteAddress === '127.0.0.9')
    expect(flows.map((flow) => [flow.remotePort, flow.txBytes]).toSorted(byFirst)).toEqual([
      [0, 8],
      [2222, 24],
    ])
    expect(lost('ports-unreadable')).toBeGreaterThanOrEqual(1)
  })

  test('flows of a process with /dev/net/tun open are carriers, until it closes it', async () => {
    open()
    const tunnel = `
node = f'/tmp/e2etop-tun-{os.getpid()}'
os.mknod(node, 0o600 | 0o020000, os.makedev(10, 200))
tunnel = os.open(node, os.O_RDWR)
os.unlink(node)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(b'x' * 100, ('127.0.0.1', 9))`
    await whilePython(tunnel, (pid) => {
      const samples = new SamplesOf()
      source.poll(samples.take)
      expect(samples.of(pid, udp)).toMatchObject([{ txBytes: 100, carrier: true }])
    })
    await whilePython(`${tunnel}\nos.close(tunnel)`, (pid) => {
      const samples = new SamplesOf()
      source.poll(samples.take)
      expect(samples.of(pid, udp)).toMatchObject([{ txBytes: 100, carrier: false }])
    })
  })

  test('an open connection is polled when something has happened to it, and only then', async () => {
    open()
    const pair = `
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b'x' * 1000)
server.recv(1000, socket.MSG_WAITALL)`
    await whilePython(pair, (pid) => {
      const looks = [new SamplesOf(), new SamplesOf()]
      for (const look of looks) source.poll(look.take)
      const [first, second] = looks.map((look) => look.of(pid, tcp))
      expect(
        first!.map((flow) => [flow.txBytes, flow.rxBytes, flow.closed]).toSorted(byFirst),
      ).toEqual([
        [0, 1000, false],
        [1000, 0, false],
      ])
      expect(second).toEqual([])
    })
  })

  test('all of more connections than one read of the kernel takes are there, once each', async () => {
    open()
    const pairs = `
listener = socket.create_server(('127.0.0.1', 0))
kept = []
for _ in range(400):
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    client.sendall(b'x' * 10)
    server.recv(10, socket.MSG_WAITALL)
    kept += [client, server]`
    await whilePython(pairs, (pid) => {
      const looks = [new SamplesOf(), new SamplesOf()]
      for (const look of looks) source.poll(look.take)
      const [first, second] = looks.map((look) => look.of(pid, tcp))
      expect(first).toHaveLength(800)
      expect(new Set(first!.map((flow) => flow.cookieLow)).size).toBe(800)
      expect(sum(first!, 'txBytes')).toBe(4000)
      expect(second).toEqual([])
    })
  })

  test('connections older than capture count from its start, also in what never moves again', async () => {
    const pair = `
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b'x' * 1000)
server.recv(1000, socket.MSG_WAITALL)`
    await whilePython(pair, (pid) => {
      open()
      const samples = new SamplesOf()
      source.poll(samples.take)
      const flows = samples.of(pid, tcp)
      expect(flows.map((flow) => [flow.txBytes, flow.rxBytes, flow.partial])).toEqual([
        [0, 0, true],
        [0, 0, true],
      ])
    })
  })

  test('without exact users it says that it does not ask for them', () => {
    open({ actor: false })
    expect(source.status().sees).not.toContain('actor')
    expect(source.status().blind.join()).toContain('another process')
    source.close()
    open({ actor: true })
    expect(source.status().sees).toContain('actor')
  })

  test('closing gives every descriptor back, and a look afterwards finds nothing', () => {
    const before = readdirSync('/proc/self/fd').length
    open().close()
    expect(readdirSync('/proc/self/fd')).toHaveLength(before)
    const samples = new SamplesOf()
    source.drain(samples.take)
    source.poll(samples.take)
    source.close()
    expect(samples.all).toEqual([])
    expect(source.status().source).toBe('bpf')
  })
})
