import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from '../e2e/run-program.ts'
import * as make from '../capture/wire/packet-bytes.ts'
import { pcap } from '../capture/wire/capture-bytes.ts'
import { runMeasured, type Run } from './run-measured.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const rounds = 3
const flows = 20_000
const smallBytes = 128 * 1024 * 1024
const largeBytes = 1024 * 1024 * 1024

interface Capture {
  readonly path: string
  readonly packets: number
}

/**
 * Packets a second through a capture file, beside tshark's conversations and nfpcapd, and memory by its length. Of CPU
 * time, so that other work on the machine changes it less.
 */
export async function wire(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-bench-wire-'))
  try {
    const small = writeCapture(join(folder, 'small.pcap'), smallBytes)
    const large = writeCapture(join(folder, 'large.pcap'), largeBytes)
    console.log(`${flows} flows of TCP, UDP and VXLAN; ${rounds} rounds, median [min-max]`)
    const runs = [
      { name: 'e2etop wire, 1 GB', command: ours(large.path), of: large },
      { name: 'e2etop wire, 128 MB', command: ours(small.path), of: small },
      ...others(small, folder),
    ]
    const results = runs.map(() => [] as Run[])
    for (let round = 0; round < rounds; round++)
      for (const [i, { command }] of runs.entries()) results[i]!.push(await runMeasured(command))
    const rows = runs.map(({ name, of }, i) => {
      const perSecond = results[i]!.map(({ cpuSeconds }) => of.packets / cpuSeconds / 1000)
      const memory = results[i]!.map(({ peakMb }) => peakMb)
      return [name, spreadText(spreadOf(perSecond), 0), spreadText(spreadOf(memory), 0)]
    })
    console.log(textTable(['', '1,000 packets/CPU s', 'peak MB'], rows))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ours = (path: string) => [process.execPath, program, 'wire', '--format', 'json', path]

/** Those that are installed. */
function others(capture: Capture, folder: string) {
  const nfcapd = join(folder, 'nfcapd')
  mkdirSync(nfcapd)
  const found = [
    {
      name: 'tshark -q -z conv,ip',
      command: ['tshark', '-n', '-q', '-z', 'conv,ip', '-r', capture.path],
    },
    { name: 'nfpcapd', command: ['nfpcapd', '-r', capture.path, '-w', nfcapd] },
  ].filter(({ command }) => spawnSync('which', [command[0]!]).status === 0)
  return found.map(({ name, command }) => ({ name: `${name}, 128 MB`, command, of: capture }))
}

const sizes = [0, 0, 512, 1448, 1448]

/** Repeats one stretch of packets, so that making a gigabyte takes a second and not a minute. */
function writeCapture(path: string, bytes: number): Capture {
  const packets = Array.from({ length: flows }, (_, flow) => packetsOf(flow)).flat()
  const stretch = pcap(packets.map((packet) => ({ bytes: packet })))
  const records = stretch.subarray(24)
  const fd = openSync(path, 'w')
  writeSync(fd, stretch.subarray(0, 24))
  let count = 0
  for (let written = 0; written < bytes; written += records.length) {
    writeSync(fd, records)
    count += packets.length
  }
  closeSync(fd)
  return { path, packets: count }
}

function packetsOf(flow: number): Uint8Array[] {
  const remote = `10.${flow & 0xff}.${(flow >> 8) & 0xff}.1`
  const ports = [10_000 + flow, 443] as const
  return sizes.map((size, i) => {
    const isUp = i % 2 === 0
    const ends = isUp ? (['192.0.2.9', remote] as const) : ([remote, '192.0.2.9'] as const)
    const segment = make.tcp(isUp ? ports : [ports[1], ports[0]], make.data(size))
    const frame = make.ethernet(make.etherType.ipv4, make.ipv4(ends, make.protocol.tcp, segment))
    if (flow % 10 !== 0) return frame
    const carried = make.udp([54_321, 4789], make.vxlan(5, frame))
    const outer = make.ipv4(['198.51.100.1', '198.51.100.2'], make.protocol.udp, carried)
    return make.ethernet(make.etherType.ipv4, outer)
  })
}
