import { describe, expect, test } from 'vitest'
import { IpfixExporter } from '../../src/export/ipfix/send-flows.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { BusyHost } from '../log/busy-host.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { collectedOf, noCollector } from './collector.ts'

describe('flows sent by IPFIX', () => {
  skipWhere(noCollector)

  test('are in nfdump as they were sent, both ways', async () => {
    const rows = new BusyHost(1, Date.now()).rows(3_000)
    const sums = await collectedOf(async (port) => {
      const exporter = await IpfixExporter.open({ host: '127.0.0.1', port }, 7)
      await exporter.send(rows)
      exporter.close()
    })
    expect(sums).toEqual({
      Flows: rows.length,
      Packets: sum(rows, ({ txPackets, rxPackets }) => txPackets + rxPackets),
      Bytes: sum(rows, ({ txBytes, rxBytes }) => txBytes + rxBytes),
      Sequence: 0,
    })
  })
})

test('a collector whose name is not found is said so', async () => {
  const nowhere = { host: 'nowhere.invalid', port: 4_739 }
  await expect(IpfixExporter.open(nowhere, 1)).rejects.toThrow(/cannot be sent to: getaddrinfo/)
})

const sum = (rows: readonly FlowRecord[], of: (row: FlowRecord) => number) =>
  rows.reduce((total, row) => total + of(row), 0)
