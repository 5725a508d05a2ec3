import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCaptureFile } from '../../../src/capture/wire/files/read-capture-file.ts'
import { PcapngWriter } from '../../../src/capture/wire/files/pcapng-writer.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { scratchDirectory } from '../../log/scratch-log.ts'

describe('a pcapng file that is written', () => {
  test('is read with the same packets, times, lengths, link types and losses', () => {
    const path = join(scratchDirectory(), 'out.pcapng')
    const writer = new PcapngWriter(
      path,
      [
        { name: 'eth0', linkType: 1, snapBytes: 100 },
        { name: 'tun0', linkType: 101, snapBytes: 100 },
      ],
      'e2etop',
    )
    const packets = Array.from({ length: 3000 }, (_, i) => ({
      bytes: new Uint8Array(200).map((_byte, at) => at + i),
      at: i % 7,
      end: 100 + (i % 5),
      wireBytes: 1500 + i,
      time: hostTime(1_700_000_000_000 + i + 0.25),
      linkType: i % 2 === 0 ? 1 : 101,
    }))
    for (const [i, packet] of packets.entries())
      writer.write(packet, i % 2, `process ${'ü'.repeat(i % 4)}, user alice`)
    writer.writeStatistics(0, 1500, 3)
    writer.writeStatistics(1, 1500, undefined)
    writer.close()

    let read = 0
    const report = readCaptureFile(path, (packet) => {
      const expected = packets[read++]!
      expect({
        bytes: [...packet.bytes.subarray(packet.at, packet.end)],
        wireBytes: packet.wireBytes,
        // To the microsecond.
        time: Math.round(packet.time * 1000),
        linkType: packet.linkType,
      }).toEqual({
        bytes: [...expected.bytes.subarray(expected.at, expected.end)],
        wireBytes: expected.wireBytes,
        time: expected.time * 1000,
        linkType: expected.linkType,
      })
    })
    expect(read).toBe(packets.length)
    expect({ ...report, defects: report.defects.list() }).toEqual({
      format: 'pcapng',
      defects: {},
      dropped: 3,
    })
  })

  test('that cannot be written is named', () => {
    const open = () => new PcapngWriter('/nonexistent/out.pcapng', [], 'e2etop')
    expect(open).toThrow(/\/nonexistent\/out\.pcapng cannot be written: ENOENT/)
    const full = () => new PcapngWriter('/dev/full', [], 'e2etop')
    expect(full).toThrow(/ENOSPC/)
  })
})
