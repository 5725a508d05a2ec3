import { describe, expect, test } from 'vitest'
import { CaptureError } from '../../../src/capture/capture-error.ts'
import { wireLimits } from '../../../src/model/wire-limits.ts'
import * as file from './capture-bytes.ts'
import { data, ethernet, etherType, ipv4, protocol, udp } from './packet-bytes.ts'
import { readBytes, readFile, readPackets, removeScratchFiles, type Read } from './read-capture.ts'

removeScratchFiles()

const packetOf = (bytes: number) =>
  ethernet(
    etherType.ipv4,
    ipv4(['10.1.0.1', '10.1.0.2'], protocol.udp, udp([5000, 53], data(bytes))),
  )
const packet = packetOf(60)
const defectsOf = ({ report }: Read) => report.defects.list()
const timesOf = ({ flows }: Read) => flows.map(({ record }) => [record.start, record.end])
const seconds = 1_700_000_000

const { joined, sectionHeader, interfaceBlock, enhancedPacket } = file
const onEthernet = interfaceBlock({ linkType: 1 })
const withHead = (...blocks: readonly Uint8Array[]) =>
  readBytes(joined(sectionHeader(), onEthernet, ...blocks))

describe('pcap files', () => {
  test.each([
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ])('in little endian %s and nanoseconds %s give the same packets and times', (little, nano) => {
    const packets = [
      { bytes: packet, time: seconds + 0.25 },
      { bytes: packet, time: seconds + 0.5 },
    ]
    const read = readPackets(packets, { littleEndian: little, nano })
    expect(read.totals).toMatchObject({ packets: 2, wireBytes: 2 * packet.length })
    expect(timesOf(read)).toEqual([[seconds * 1000 + 250, seconds * 1000 + 500]])
    expect(defectsOf(read)).toEqual({})
  })

  test('cut at any byte behind the header give the whole packets before, and say cut-off unless between two', () => {
    const whole = file.pcap([{ bytes: packet }, { bytes: packet }])
    const recordBytes = 16 + packet.length
    for (let cut = 4; cut < whole.length; cut++) {
      const read = readBytes(whole.subarray(0, cut))
      const records = Math.max(0, Math.floor((cut - 24) / recordBytes))
      const isBetween = cut >= 24 && (cut - 24) % recordBytes === 0
      expect(read.totals.packets, `cut at ${cut}`).toBe(records)
      expect(defectsOf(read), `cut at ${cut}`).toEqual(isBetween ? {} : { 'cut-off': 1 })
    }
  })

  test('with a snap length keep the length on the wire, and the payload by the headers', () => {
    const { totals, flows } = readPackets([{ bytes: packet, snap: 42 }])
    expect(totals).toMatchObject({ wireBytes: packet.length, capturedBytes: 42, cut: 0 })
    expect(flows).toMatchObject([{ record: { txBytes: 60 }, opacity: 'headers-only' }])
  })

  test('whose snap length cuts headers say how many packets', () => {
    const { totals, flows } = readPackets([{ bytes: packet, snap: 36 }])
    expect(totals.cut).toBe(1)
    expect(flows).toHaveLength(1)
  })

  test('read a packet at the limit, and end at one past it', () => {
    const longest = new Uint8Array(wireLimits.wirePacketBytesMax)
    const longer = new Uint8Array(wireLimits.wirePacketBytesMax + 1)
    const before = { bytes: packet }
    expect(readPackets([{ bytes: longest }, before]).totals.packets).toBe(2)
    const read = readPackets([before, { bytes: longer }, before])
    expect(read.totals.packets).toBe(1)
    expect(defectsOf(read)).toEqual({ 'record-length': 1 })
  })

  test('that contradict themselves are counted by kind and read on', () => {
    const bytes = file.pcap([{ bytes: packet }, { bytes: packet }])
    const view = new DataView(bytes.buffer)
    view.setUint32(24 + 4, 1_000_000, true)
    view.setUint32(24 + 12, packet.length - 1, true)
    const read = readBytes(bytes)
    expect(read.totals).toMatchObject({ packets: 2, wireBytes: 2 * packet.length })
    expect(defectsOf(read)).toEqual({ timestamp: 1, 'wire-length': 1 })
  })
})

describe('pcapng files', () => {
  test.each([true, false])(
    'in little endian %s give the packets of all kinds of blocks',
    (little) => {
      const read = readBytes(
        joined(
          sectionHeader(little),
          interfaceBlock({ linkType: 1 }, little),
          enhancedPacket({ bytes: packet, time: seconds }, 1e6, little),
          file.block(0x4242, data(10), little),
          file.simplePacket(packet, little),
          file.obsoletePacket({ bytes: packet }, 3, little),
        ),
      )
      expect(read.totals).toMatchObject({ packets: 3, wireBytes: 3 * packet.length })
      expect(read.report).toMatchObject({ format: 'pcapng', dropped: 3 })
      expect(defectsOf(read)).toEqual({})
    },
  )

  test.each([
    ['milliseconds', 3, 1e3, 0],
    ['nanoseconds', 9, 1e9, 0],
    ['a power of two', 0x80 | 20, 2 ** 20, 0],
    ['seconds before an offset', 6, 1e6, 3600],
    ['seconds behind a negative offset', 6, 1e6, -3600],
  ])('give the right time in %s', (_name, resolution, unitsPerSecond, offsetSeconds) => {
    for (const little of [true, false]) {
      const read = readBytes(
        joined(
          sectionHeader(little),
          interfaceBlock({ linkType: 1, resolution, offsetSeconds }, little),
          enhancedPacket({ bytes: packet, time: seconds - offsetSeconds }, unitsPerSecond, little),
        ),
      )
      expect(timesOf(read)).toEqual([[seconds * 1000, seconds * 1000]])
    }
  })

  test('of several sections, in both byte orders, have each its own interfaces', () => {
    const read = readBytes(
      joined(
        sectionHeader(),
        onEthernet,
        enhancedPacket({ bytes: packet }),
        sectionHeader(false),
        interfaceBlock({ linkType: 101 }, false),
        enhancedPacket({ bytes: packet.subarray(14) }, 1e6, false),
        sectionHeader(),
        enhancedPacket({ bytes: packet }),
      ),
    )
    expect(read.totals.packets).toBe(2)
    expect(read.flows).toMatchObject([{ record: { txPackets: 2 } }])
    expect(defectsOf(read)).toEqual({ 'no-interface': 1 })
  })

  test('say what was lost, by each interface and by the system', () => {
    const read = withHead(
      onEthernet,
      file.statisticsBlock(0, [1, 2]),
      file.statisticsBlock(0, [10, 20]),
      file.statisticsBlock(1, [100, 200]),
    )
    expect(read.report.dropped).toBe(330)
    expect(withHead().report.dropped).toBeUndefined()
  })

  test('cut at any byte behind the first block give the whole packets before, and say so', () => {
    const head = joined(sectionHeader(), onEthernet)
    const one = enhancedPacket({ bytes: packet })
    const whole = joined(head, one, one)
    for (let cut = head.length; cut < whole.length; cut++) {
      const read = readBytes(whole.subarray(0, cut))
      const isBetween = (cut - head.length) % one.length === 0
      expect(read.totals.packets, `cut at ${cut}`).toBe(
        Math.floor((cut - head.length) / one.length),
      )
      expect(defectsOf(read), `cut at ${cut}`).toEqual(isBetween ? {} : { 'cut-off': 1 })
    }
  })

  /** The block of one packet with a number changed; at `at` counted from its end where negative. */
  const changed = (at: number, value: number) => {
    const bytes = new Uint8Array(enhancedPacket({ bytes: packet }))
    new DataView(bytes.buffer).setUint32(at < 0 ? bytes.length + at : at, value, true)
    return bytes
  }
  const good = enhancedPacket({ bytes: packet })

  test.each([
    ['a packet that claims more than its block', changed(20, 5000), 'packet-length', 1],
    ['a packet with more captured than there was', changed(24, 10), 'wire-length', 2],
    ['a packet of no interface', changed(8, 9), 'no-interface', 1],
    ['a false length behind', changed(-4, 8), 'block-trailer', 2],
    ['a length that is none', changed(4, 7), 'block-length', 0],
    ['an interface that is too short', file.block(1, data(4)), 'block-content', 1],
    ['an option longer than its block', file.block(1, data(12)), 'block-content', 1],
    ['a section of another version', sectionHeader(true, 2), 'section-header', 0],
    ['an empty packet block', file.block(6, data(0)), 'packet-length', 1],
  ])('with %s count it and read on where they can', (_name, block, defect, packets) => {
    const read = withHead(block, good)
    expect(defectsOf(read)).toEqual({ [defect]: 1 })
    expect(read.totals.packets).toBe(packets)
  })

  test('skip a block past the limit, and count it where it is a packet', () => {
    const long = new Uint8Array(wireLimits.wireBlockBytesMax)
    const read = withHead(file.block(0x4242, long), file.block(6, long), good)
    expect(read.totals.packets).toBe(1)
    expect(defectsOf(read)).toEqual({ 'block-too-long': 1 })
  })

  test('know as many interfaces as the limit, and count packets of one more', () => {
    const interfaces = Array<Uint8Array>(wireLimits.wireInterfacesMax).fill(onEthernet)
    const read = withHead(
      ...interfaces,
      enhancedPacket({ bytes: packet, interface: wireLimits.wireInterfacesMax - 1 }),
      enhancedPacket({ bytes: packet, interface: wireLimits.wireInterfacesMax }),
    )
    expect(read.totals.packets).toBe(1)
    expect(defectsOf(read)).toEqual({ 'no-interface': 1 })
  })
})

describe('what is no capture', () => {
  test.each([
    ['is missing', () => readFile('/nonexistent/x.pcap'), /ENOENT/],
    ['is a directory', () => readFile('/tmp'), /EISDIR/],
    ['is empty', () => readBytes(new Uint8Array()), /is empty/],
    ['is text', () => readFile('package.json'), /no pcap or pcapng file/],
    ['is three bytes', () => readBytes(data(3)), /no pcap or pcapng file/],
    ['is packed', () => readBytes(Uint8Array.of(0x1f, 0x8b, 8, 0)), /gzip/],
  ])('is refused where it %s, with what to do', (_name, read, message) => {
    const caught = (() => {
      try {
        return read()
      } catch (error) {
        return error
      }
    })()
    expect(caught).toBeInstanceOf(CaptureError)
    expect(caught).toMatchObject({ message: expect.stringMatching(message), next: /./ })
  })
})

test('a file of many windows gives every packet', () => {
  const large = packetOf(1400)
  const count = 3_000
  const bytes = file.pcap(Array.from({ length: count }, () => ({ bytes: large })))
  expect(bytes.length).toBeGreaterThan(4 * 1024 * 1024)
  expect(readBytes(bytes).totals).toMatchObject({ packets: count, wireBytes: count * large.length })
})
