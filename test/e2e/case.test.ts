import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatAddress } from '../../src/model/address.ts'
import { actorOf, type FlowRecord } from '../../src/model/flow.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { collectedOf, noCollector } from '../export/collector.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { askCase, CaseHome, refusal } from './case-home.ts'
import { RecorderHome, sleep, transfer } from './recorder-home.ts'
import { runProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'

/** Of each user what a case says, told by the records alone. */
function byUser(records: readonly FlowRecord[]) {
  const sums = new Map<string, { user: string; n: number; tx: number; rx: number }>()
  for (const flow of records) {
    const actor = actorOf(flow)
    const user = actor.kind === 'process' ? actor.user : actor.kind
    const sum = sums.get(user) ?? { user, n: 0, tx: 0, rx: 0 }
    sums.set(user, sum)
    sum.n += 1
    sum.tx += flow.txBytes
    sum.rx += flow.rxBytes
  }
  return [...sums.values()].toSorted((a, b) => (a.user < b.user ? -1 : 1))
}

describe('a case of a log', () => {
  const home = new CaseHome(40_000)

  test('holds what was asked for, says what that was, and verifies', async () => {
    const path = join(home.directory(), 'case.db')
    const { code, stdout, stderr } = await home.export(path, '--notes', 'ticket 4711')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(`${path}: ${home.records.length} records`)
    const users =
      'SELECT user, count(*) n, sum(tx_bytes) tx, sum(rx_bytes) rx FROM flows GROUP BY 1'
    expect(await askCase(path, `${users} ORDER BY 1`)).toEqual(byUser(home.records))
    expect(await askCase(path, "SELECT value FROM meta WHERE key = 'notes'")).toEqual([
      { value: 'ticket 4711' },
    ])
    const segments = readdirSync(home.log)
      .filter((name) => name.endsWith('.e2s'))
      .map((name) => readFileSync(join(home.log, name)))
      .map((bytes) => createHash('sha256').update(bytes).digest('hex'))
    expect(
      await askCase(path, "SELECT sha256 FROM segment WHERE sha256 <> '' ORDER BY id"),
    ).toEqual(segments.map((sha256) => ({ sha256 })))
    const verified = await runProgram(['verify', path])
    expect(verified).toMatchObject({ code: 0, stderr: '' })
    expect(verified.stdout).toMatch(/As it was written: seal [0-9a-f]{64}/)
  })

  test('with a filter holds what it matches', async () => {
    const path = join(home.directory(), 'case.db')
    expect(await home.export(path, '--where', 'user user3 and inbound')).toMatchObject({ code: 0 })
    const expected = home.records.filter((flow) => {
      const actor = actorOf(flow)
      return actor.kind === 'process' && actor.user === 'user3' && flow.direction === 'inbound'
    })
    const found = await askCase(path, 'SELECT remote_ip, tx_bytes FROM flows ORDER BY id')
    expect(found).toEqual(
      expected.map(({ remoteAddress, txBytes }) => ({
        remote_ip: formatAddress(remoteAddress),
        tx_bytes: txBytes,
      })),
    )
  })

  test('is refused in place of a file that is there, unless by --force', async () => {
    const path = join(home.directory(), 'case.db')
    writeFileSync(path, 'mine')
    expect(refusal(await home.export(path))).toMatch(/is there already/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(await home.export(path, '--force')).toMatchObject({ code: 0 })
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })

  test('is refused where there is no log, or no directory', async () => {
    const directory = home.directory()
    const path = join(directory, 'case.db')
    expect(refusal(await home.export(path, '--data-dir', '/nonexistent/log'))).toMatch(
      /there is no flow log/,
    )
    expect(refusal(await home.export(join(directory, 'none', 'case.db')))).toMatch(
      /Make the directory first/,
    )
    expect(readdirSync(directory)).toEqual([])
  })

  test('says of a time that the log has only part of what is missing, and exits 3', async () => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, '--since', '2020-01-01')
    expect(code).toBe(3)
    expect(stderr).toMatch(/recorded from 2023-11-14T/)
    expect(await askCase(path, 'SELECT state FROM host')).toEqual([{ state: 'partial' }])
  })

  describe('sent to a collector', () => {
    skipWhere(noCollector)

    test('is there as it was in the log', async () => {
      // As much as the collector's socket holds, should it not get its turn.
      const sent = home.records.filter((flow) => {
        const actor = actorOf(flow)
        return actor.kind === 'process' && actor.user === 'user3'
      })
      const collected = await collectedOf(async (port) => {
        const { code, stdout, stderr } = await home.send(
          `127.0.0.1:${port}`,
          '--where',
          'user user3',
        )
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        expect(stdout).toMatch(`${sent.length} records sent`)
      })
      expect(collected).toMatchObject({
        Flows: sent.length,
        Bytes: sent.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0),
        Sequence: 0,
      })
    })

    test('that is not there says so', async () => {
      expect(refusal(await home.send('127.0.0.1:9'))).toMatch(/the collector does not take it/)
      expect((await home.send('nowhere')).code).toBe(2)
    })
  })

  describe('on a disk of its own', () => {
    skipWhere(whyNotRoot && 'mounting needs root')

    const mounted = (options: string) => {
      const directory = home.directory()
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
      onTestFinished(() => void execFileSync('umount', ['-l', directory]))
      return directory
    }

    // Full at its first page, at the rows, and at what goes by SQL.
    test.each([128, 600, 3_000])('that is full after %i kB leaves nothing', async (kilobytes) => {
      const directory = mounted(`size=${kilobytes}k`)
      expect(refusal(await home.export(join(directory, 'case.db')))).toMatch(
        /no space left.*\nFree some space/,
      )
      expect(readdirSync(directory)).toEqual([])
    })

    test('that cannot be written to is refused', async () => {
      const directory = mounted('ro')
      expect(refusal(await home.export(join(directory, 'case.db')))).toMatch(
        /on a disk that can be written to/,
      )
    })
  })
})

describe('an export that is stopped', () => {
  const home = new CaseHome(200_000)

  const begun = async (directory: string) => {
    while (!readdirSync(directory).some((name) => name.endsWith('.tmp'))) await sleep(1)
  }

  test('by Ctrl-C leaves nothing and exits 130', async () => {
    const directory = home.directory()
    const { child, finished } = home.startExport(join(directory, 'case.db'))
    await begun(directory)
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect({ code, stderr }).toMatchObject({ code: 130 })
    expect(stderr).toMatch(/interrupted: .* was not written/)
    expect(readdirSync(directory)).toEqual([])
  })

  test('by kill -9 leaves no case, and the next one clears what it left', async () => {
    const directory = home.directory()
    const path = join(directory, 'case.db')
    const { child, finished } = home.startExport(path)
    await begun(directory)
    child.kill('SIGKILL')
    await finished
    expect(readdirSync(directory)).not.toContain('case.db')
    expect(await home.export(path)).toMatchObject({ code: 0 })
    expect(readdirSync(directory)).toEqual(['case.db'])
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })
})

describe('a case of the recorder', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot)
  const home = new RecorderHome()

  test('holds flows that are written, waiting and open, with exact bytes', async () => {
    await home.start('3s')
    const since = new Date().toISOString()
    const written = await transfer(12_345)
    await home.untilRecorded(written)
    const waiting = await transfer(777)
    const open = await openConnection(99)
    await sleep(1_200)
    const path = join(home.path, 'case.db')
    const asked = ['export', path, ...home.places, '--since', since]
    const { code, stderr } = await runProgram(asked)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const sums = `SELECT remote_port AS port, sum(tx_bytes) AS tx FROM flows
      WHERE remote_port IN (${written}, ${waiting}, ${open}) AND direction = 'outbound' GROUP BY 1`
    const found = await askCase(path, sums)
    expect(new Map(found.map(({ port, tx }) => [port, tx]))).toEqual(
      new Map([
        [written, 12_345],
        [waiting, 777],
        [open, 99],
      ]),
    )
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })

  /** One that stays open until the test is over; gives its port. */
  async function openConnection(bytes: number): Promise<number> {
    const server = createServer((socket) => socket.resume())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const client = connect(port, '127.0.0.1', () => client.write(Buffer.alloc(bytes)))
    onTestFinished(() => {
      client.destroy()
      server.close()
    })
    return port
  }
})
