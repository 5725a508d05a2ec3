import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { converse } from '../lab/conversation.ts'
import { makeNamespacePair, whyNoNamespaces } from '../lab/namespace-pair.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { whyNoCap } from '../lab/why-no-cap.ts'
import { startCapturing } from '../lab/wire-program.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { RecorderHome } from './recorder-home.ts'
import { runProgram } from './run-program.ts'

const whyNoTshark = spawnSync('tshark', ['--version']).status === 0 ? undefined : 'needs tshark'
/** Until the recorder's first tick, at which it begins. */
const beginMs = 2_500

describe('e2etop capture', () => {
  describe('of two users that talk to one server', () => {
    skipWhere(whyNoNamespaces() ?? whyNoCap() ?? whyNoBpf() ?? whyNoTshark)
    const home = new RecorderHome()

    test('holds the packets of the one asked for, and tshark reads whose they are', async () => {
      const pair = makeNamespacePair()
      const out = join(scratchDirectory(), 'out.pcapng')
      try {
        await home.start()
        const where = ['--where', 'user 2003', '--for', '6s', '--socket', home.socket]
        const { finished } = await startCapturing(pair.near, ['capture', '-w', out, ...where], 2)
        await setTimeout(beginMs)
        const talk = { address: pair.far.v4, sent: 10_000, answered: 20_000 }
        for (const uid of [2002, 2003]) await converse(pair, { ...talk, uid, port: 5000 + uid })
        const { code, stdout, stderr } = await finished
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        const rows = tshark(out)
        expect(stdout).toMatch(new RegExp(`^${rows.length} of \\d+ packets are in ${out}\n$`))
        for (const [ports, , comment] of rows) {
          expect(ports!.split(',')).toContain('7003')
          expect(comment).toMatch(/^process node, pid \d+, user 2003, uid 2003$/)
        }
        const answered = rows.filter(([ports]) => ports!.startsWith('7003,'))
        expect(answered.reduce((sum, [, length]) => sum + Number(length), 0)).toBe(20_000)
        expect(rows.reduce((sum, [, length]) => sum + Number(length), 0)).toBe(30_000)
      } finally {
        pair.close()
      }
    })
  })

  test.each([
    [[], 2, /capture needs -w FILE/],
    [['-w', 'x', '--interface', 'no-such'], 1, /no interface 'no-such' here/],
    [['-w', 'x', '--where', 'prot 5'], 2, /did you mean/],
  ])('%s exits %s with one clear line', async (args, expected, message) => {
    const { code, stdout, stderr } = await runProgram(['capture', ...args])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

/** Ports (source first), payload and comment of each packet. */
function tshark(path: string): string[][] {
  const fields = ['tcp.port', 'tcp.len', 'frame.comment']
  const args = ['-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])]
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
}
