import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { IpfixExporter } from '../../src/export/ipfix/send-flows.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { BusyHost } from '../log/busy-host.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { scratchDirectory } from '../log/scratch-log.ts'

const noCollector = spawnSync('nfcapd', ['-V']).error
  ? 'nfcapd is not installed (apt-get install nfdump)'
  : undefined

describe('flows sent by IPFIX', () => {
  skipWhere(noCollector)

  test('are in nfdump as they were sent, both ways', async () => {
    const rows = new BusyHost(1, Date.now()).rows(3_000)
    const sums = await collectedBy(rows)
    expect(sums).toEqual({
      Flows: rows.length,
      Packets: sum(rows, ({ txPackets, rxPackets }) => txPackets + rxPackets),
      Bytes: sum(rows, ({ txBytes, rxBytes }) => txBytes + rxBytes),
      Sequence: 0,
    })
  })
})

const sum = (rows: readonly FlowRecord[], of: (row: FlowRecord) => number) =>
  rows.reduce((total, row) => total + of(row), 0)

/** What nfcapd wrote and nfdump reads of the flows, and the messages that it missed. */
async function collectedBy(rows: readonly FlowRecord[]) {
  const directory = scratchDirectory()
  const port = await freePort()
  const args = ['-w', directory, '-b', '127.0.0.1', '-p', String(port), '-t', '3600']
  const collector = spawn('nfcapd', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void collector.kill('SIGKILL'))
  let said = ''
  const ended = new Promise((resolve) => collector.on('close', resolve))
  const started = new Promise<void>((resolve) => {
    for (const stream of [collector.stdout, collector.stderr])
      stream.on('data', (piece: Buffer) => {
        said += piece.toString()
        if (said.includes('Startup')) resolve()
      })
  })
  await started
  const exporter = await IpfixExporter.open('127.0.0.1', port, 7)
  await exporter.send(rows)
  exporter.close()
  // It reads its socket before it looks at signals, but what is on the way must have come.
  await setTimeout(500)
  collector.kill('SIGTERM')
  await ended
  const info = execFileSync('nfdump', ['-R', directory, '-I'], { encoding: 'utf8' })
  const number = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(info)?.[1])
  const missed = Number(/Sequence Errors: (\d+)/.exec(said)?.[1])
  return {
    Flows: number('Flows'),
    Packets: number('Packets'),
    Bytes: number('Bytes'),
    Sequence: missed,
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  return port
}
