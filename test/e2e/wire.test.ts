import { describe, expect, test } from 'vitest'
import { vocabulary } from '../../src/model/vocabulary.ts'
import { pcap } from '../capture/wire/capture-bytes.ts'
import { encapsulations } from '../capture/wire/encapsulations.ts'
import { removeScratchFiles, scratchFile } from '../capture/wire/read-capture.ts'
import { runProgram } from './run-program.ts'

removeScratchFiles()

const { packets } = encapsulations.find(({ name }) => name === 'vxlan')!
const whole = pcap(packets)
const lines = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('e2etop wire', () => {
  test('gives a summary first, then each flow under the vocabulary and what only the wire knows', async () => {
    const { code, stdout, stderr } = await runProgram(['wire', scratchFile(whole)])
    const [summary, ...flows] = lines(stdout)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(summary).toMatchObject({ type: 'summary', packets: 7, defects: {}, flows: 3 })
    expect(flows.map(({ tunnel }) => tunnel)).toEqual([null, 'vxlan', 'vxlan'])
    for (const flow of flows)
      expect(Object.keys(flow)).toEqual(['type', ...Object.keys(vocabulary), ...wireFields])
  })

  const wireFields = 'application opacity tunnel tunnel_id tx_wire_bytes rx_wire_bytes'.split(' ')

  test('lists what a filter matches, and still sums all', async () => {
    const where = ['--where', 'port 53 and not carrier']
    const { code, stdout } = await runProgram(['wire', ...where, scratchFile(whole)])
    const [summary, ...flows] = lines(stdout)
    expect(code).toBe(0)
    expect(summary).toMatchObject({ packets: 7, where: where[1] })
    expect(flows).toMatchObject([{ protocol: 'udp', remote_port: 53, tx_bytes: 30 }])
  })

  test('shows a table of the same for eyes', async () => {
    const { stdout } = await runProgram(['wire', '--format', 'table', scratchFile(whole)])
    expect(stdout).toMatch(/^7 packets, \d+ bytes on the wire, 3 flows \(pcap\)$/m)
    expect(stdout).toMatch(/^tcp +10\.1\.0\.1:40000 +10\.1\.0\.2:80 .* vxlan:42$/m)
  })

  test('exits 3 for a file that is cut off, with all that was before and why', async () => {
    const { code, stdout, stderr } = await runProgram(['wire', scratchFile(whole.subarray(0, -1))])
    expect(code).toBe(3)
    expect(lines(stdout)[0]).toMatchObject({ packets: 6, defects: { 'cut-off': 1 } })
    expect(stderr).toMatch(/1 cut-off/)
  })

  test.each([
    [['package.json'], 1, /package\.json is no pcap or pcapng file/],
    [['/nonexistent'], 1, /ENOENT/],
    [[], 2, /needs a FILE, or --interface/],
    [['x.pcap', '--interface', 'lo'], 2, /needs a FILE, or --interface/],
    [['x.pcap', '--for', '1s'], 2, /--for goes with --interface/],
    [['--interface', 'no-such'], 1, /no interface 'no-such' here/],
    [['a', 'b'], 2, /'b' is one word too many/],
    [['x.pcap', '--where', 'prot 5'], 2, /did you mean/],
  ])('%s exits %s with one clear line', async (args, expected, message) => {
    const { code, stdout, stderr } = await runProgram(['wire', ...args])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
