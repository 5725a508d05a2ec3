import { describe, expect, test } from 'vitest'
import { hostTime } from '../../src/model/quantity.ts'
import { pcap } from '../capture/wire/capture-bytes.ts'
import * as make from '../capture/wire/packet-bytes.ts'
import { removeScratchFiles, scratchFile } from '../capture/wire/read-capture.ts'
import { at, epoch, openLog, scratchDirectory } from '../log/scratch-log.ts'
import { recordOf } from '../sim/record.ts'
import { address } from '../sim/sample.ts'
import { jsonLines, runProgram } from './run-program.ts'

removeScratchFiles()

const servers = 4
const clients = 16
/** Of every client's datagram to the j-th server. */
const payload = [1200, 600, 400, 300]
const headers = 14 + 20 + 8

/** Each client sends each server one datagram, one a second. */
function enterprise(): Uint8Array {
  const packets = Array.from({ length: servers * clients }, (_, i) => {
    const server = i % servers
    const ends = [`10.1.0.${Math.floor(i / servers) + 1}`, `10.2.0.${server + 1}`] as const
    const datagram = make.udp([40_000, 53 + server], make.data(payload[server]!))
    const packet = make.ipv4(ends, make.protocol.udp, datagram)
    return { bytes: make.ethernet(make.etherType.ipv4, packet), time: 1_700_000_000 + i }
  })
  return pcap(packets)
}

describe('e2etop study', () => {
  const path = () => scratchFile(enterprise())

  test('coverage: the largest hosts of a capture see what its skew says', async () => {
    const { code, stdout, stderr } = await runProgram(['study', 'coverage', path()])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [summary, ...points] = jsonLines(stdout)
    const bytes = payload.map((length) => (length + headers) * clients)
    const all = bytes.reduce((sum, one) => sum + one, 0)
    expect(summary).toMatchObject({ study: 'coverage', hosts: 20, bytes: all, flows: 64 })
    expect(summary!['first']).toContainEqual({ host: '10.2.0.1', bytes: bytes[0]! / all })
    expect(points).toHaveLength(21)
    expect(points[2]).toMatchObject({
      hosts: 2,
      largest_bytes: (bytes[0]! + bytes[1]!) / all,
      largest_flows: 0.5,
      applications: { 'udp/53': 1, 'udp/54': 1, 'udp/55': 0 },
    })
  })

  test('rates and export timers of the same', async () => {
    const rates = jsonLines((await runProgram(['study', 'rates', path()])).stdout)[1]
    // No datagram says that it is the last: each flow is in the table for 90 s.
    expect(rates).toMatchObject({ flows: 64, max_flows_per_second: 1, max_live_flows: 64 })
    const timers = (await runProgram(['study', 'export-timer', path(), '--format', 'csv'])).stdout
    expect(timers).toMatch(/^export_timer_seconds,records,records_per_second,bytes_per_second$/m)
    expect(timers).toMatch(/^300,64,/m)
  })

  test('shows tables and a chart for eyes', async () => {
    const { stdout } = await runProgram(['study', 'coverage', path(), '--format', 'table'])
    expect(stdout).toMatch(/^20 hosts, .*64 flows, of 1 capture$/m)
    expect(stdout).toMatch(/^10\.2\.0\.1 +\d+/m)
    expect(stdout).toMatch(/[\u2801-\u28ff]{20}/u)
    expect(stdout).not.toContain('\u001b')
  })

  test('takes only the networks of the site for its hosts', async () => {
    const args = ['study', 'coverage', path(), '--net', '10.2.0.0/16']
    const { code, stdout } = await runProgram(args)
    expect({ code, summary: jsonLines(stdout)[0] }).toMatchObject({
      code: 0,
      summary: { hosts: 4 },
    })
    const none = await runProgram(['study', 'coverage', path(), '--net', '10.9.0.0/16'])
    expect(none).toMatchObject({ code: 3, stderr: /64 flows are between addresses/ })
  })

  test('refuses networks for logs, which are a host each', async () => {
    const { code, stderr } = await runProgram(['study', 'rates', '/tmp', '--net', '10.0.0.0/8'])
    expect(code).toBe(2)
    expect(stderr).toContain('a flow log is one host')
  })

  test('of the logs of two hosts that talk: once', async () => {
    const logs = await Promise.all(
      ['10.0.0.1', '10.0.0.2'].map(async (own, i) => {
        const log = scratchDirectory()
        const writer = await openLog(log)
        const flow = {
          localAddress: address(own),
          remoteAddress: address(i === 0 ? '10.0.0.2' : '10.0.0.1'),
          localPort: i === 0 ? 40_000 : 443,
          remotePort: i === 0 ? 443 : 40_000,
          direction: i === 0 ? ('outbound' as const) : ('inbound' as const),
          txBytes: i === 0 ? 100 : 200,
          rxBytes: i === 0 ? 200 : 100,
        }
        const part = (from: number, to: number, endReason: 'active' | 'end detected') =>
          recordOf({ ...flow, start: hostTime(epoch + from), end: hostTime(epoch + to), endReason })
        writer.append([part(0, 1000, 'active'), part(1000, 2500, 'end detected')], [], at(3000))
        writer.close(at(3000))
        return log
      }),
    )
    const { stdout } = await runProgram(['study', 'coverage', ...logs])
    expect(jsonLines(stdout)[0]).toMatchObject({ of: 'logs', hosts: 2, bytes: 600, flows: 1 })
    const [, all, first] = jsonLines((await runProgram(['study', 'rates', ...logs])).stdout)
    expect(all).toMatchObject({ flows: 2, max_live_flows: 2, max_flows_per_second: 2 })
    expect(first).toMatchObject({ flows: 1, max_live_flows: 1 })
  })

  test('says of a folder without a log that nothing is in it', async () => {
    const { code, stderr } = await runProgram(['study', 'rates', 'src'])
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: /src: no record of any flow/ })
  })

  test.each([
    [['coverage'], 2, /study needs STUDY INPUT/],
    [['covrage', 'x'], 2, /did you mean 'coverage'/],
    [['rates', '/nonexistent'], 1, /ENOENT/],
    [['rates', 'package.json'], 1, /no pcap or pcapng file/],
    [['rates', 'src', 'package.json'], 2, /'package.json' is no folder/],
    [['coverage', 'x', '--net', '10.0.0.0/99'], 2, /--net takes networks/],
  ])('%s exits %s with one clear line', async (args, expected, message) => {
    const { code, stdout, stderr } = await runProgram(['study', ...args])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
