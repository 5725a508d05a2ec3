import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatAddress } from '../../src/model/address.ts'
import { actorOf, type FlowRecord } from '../../src/model/flow.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { CaseHome } from './case-home.ts'
import { RecorderHome, sleep, transfer } from './recorder-home.ts'
import { runProgram, type Finished } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'

/** What an ordinary failure looks like. */
function expectRefused({ code, stderr }: Finished, message: RegExp): void {
  expect({ code, stderr }).toMatchObject({ code: 1 })
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^ {4}at /m)
}

async function sql(path: string, text: string): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runProgram(['sql', path, text, '--format', 'json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

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
    expect(await sql(path, `${users} ORDER BY 1`)).toEqual(byUser(home.records))
    expect(await sql(path, "SELECT value FROM meta WHERE key = 'notes'")).toEqual([
      { value: 'ticket 4711' },
    ])
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
    const found = await sql(path, 'SELECT remote_ip, tx_bytes FROM flows ORDER BY id')
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
    expectRefused(await home.export(path), /is there already/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(await home.export(path, '--force')).toMatchObject({ code: 0 })
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })

  test('is refused where there is no log, or no directory', async () => {
    const directory = home.directory()
    const path = join(directory, 'case.db')
    expectRefused(await home.export(path, '--data-dir', '/nonexistent/log'), /there is no flow log/)
    expectRefused(await home.export(join(directory, 'none', 'case.db')), /Make the directory first/)
    expect(readdirSync(directory)).toEqual([])
  })

  test('says of a time that the log has only part of what is missing, and exits 3', async () => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, '--since', '2020-01-01')
    expect(code).toBe(3)
    expect(stderr).toMatch(/recorded from 2023-11-14T/)
    expect(await sql(path, 'SELECT state FROM host')).toEqual([{ state: 'partial' }])
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
      expectRefused(
        await home.export(join(directory, 'case.db')),
        /no space left.*\nFree some space/,
      )
      expect(readdirSync(directory)).toEqual([])
    })

    test('that cannot be written to is refused', async () => {
      const directory = mounted('ro')
      expectRefused(
        await home.export(join(directory, 'case.db')),
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

describe('a case in hand', () => {
  const home = new CaseHome(2_000)

  const aCase = async (...more: readonly string[]) => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, ...more)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return path
  }

  test('that was altered is told by host and row', async () => {
    const path = await aCase()
    execFileSync('sqlite3', [path, 'UPDATE flow SET tx_bytes = tx_bytes + 1 WHERE id = 300'])
    const { code, stdout } = await runProgram(['verify', path])
    expect(code).toBe(1)
    expect(stdout).toMatch(/ALTERED: flows 257 to 512 of host 1/)
    expect(stdout).toMatch(/NOT as it was written/)
  })

  test('that was altered and sealed anew is told by its signature', async () => {
    const directory = home.directory()
    const key = join(directory, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const signers = join(directory, 'signers')
    writeFileSync(signers, `alice ${readFileSync(`${key}.pub`, 'utf8')}`)
    const path = await aCase('--sign-key', key)
    const trusted = await runProgram(['verify', path, '-f', signers])
    expect(trusted).toMatchObject({ code: 0 })
    expect(trusted.stdout).toMatch(/Signed by alice, key SHA256:/)
    execFileSync('sqlite3', [path, "UPDATE meta SET value = 'x' WHERE key = 'notes'"])
    const { code, stdout } = await runProgram(['verify', path, '-f', signers])
    expect(code).toBe(1)
    expect(stdout).toMatch(/WRONG signature/)
  })

  test('that is not signed by whom one trusts does not verify', async () => {
    const path = await aCase()
    const signers = join(home.directory(), 'signers')
    writeFileSync(signers, '')
    expect(await runProgram(['verify', path, '-f', signers])).toMatchObject({ code: 1 })
  })

  test('a key that does not sign costs the signature, not the case', async () => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, '--sign-key', '/nonexistent/key')
    expect(code).toBe(3)
    expect(stderr).toMatch(/does not sign/)
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })

  test.each(['verify', 'sql', 'diff'])('%s refuses what is no case', async (command) => {
    const path = await aCase()
    const rest = { verify: [], sql: ['SELECT 1'], diff: [path] }[command]!
    const of = (name: string, change: (bytes: Buffer) => Buffer | string) => {
      const other = join(home.directory(), name)
      writeFileSync(other, change(readFileSync(path)))
      return runProgram([command, other, ...rest])
    }
    expectRefused(await of('text', () => 'hello'), /is no SQLite file/)
    expectRefused(
      await of('cut', (bytes) => bytes.subarray(0, 100_000)),
      /has 100000 of its \d+ bytes/,
    )
    expectRefused(
      await of('newer', (bytes) => {
        bytes.writeUInt32BE(99, 60)
        return bytes
      }),
      /is a case of version 99/,
    )
    expectRefused(
      await of('other', (bytes) => {
        bytes.writeUInt32BE(0, 68)
        return bytes
      }),
      /no case of e2etop/,
    )
    expectRefused(await runProgram([command, '/nonexistent/case.db', ...rest]), /ENOENT/)
  })

  test('of which pages are garbage is a finding, not a crash', async () => {
    const path = await aCase()
    const bytes = readFileSync(path)
    for (let at = 16_384; at < bytes.length; at += 16_384 * 3) bytes.fill(0xa5, at, at + 16_384)
    writeFileSync(path, bytes)
    const verified = await runProgram(['verify', path])
    expect(verified).toMatchObject({ code: 1, stderr: '' })
    expectRefused(await runProgram(['sql', path, 'SELECT * FROM flows']), /SQLite: /)
    expectRefused(await runProgram(['diff', path, path]), /./)
  })

  test('is not changed by any SQL', async () => {
    const path = await aCase()
    const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex')
    const before = digest()
    for (const text of [
      'DELETE FROM flow',
      'PRAGMA query_only=OFF; DELETE FROM flow',
      'PRAGMA journal_mode=WAL; DROP TABLE meta',
      "ATTACH '/etc/passwd' AS p; SELECT * FROM p.sqlite_master",
    ])
      expect((await runProgram(['sql', path, text])).code, text).not.toBe(70)
    expect(digest()).toBe(before)
    expect(readdirSync(join(path, '..'))).toEqual(['case.db'])
  })

  test('SQL that would not end is ended, and says so', async () => {
    const path = await aCase()
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
    const timed = await runProgram(['sql', path, endless, '--limit', 'time=1s'])
    expect(timed).toMatchObject({ code: 3, stdout: '' })
    expect(timed.stderr).toMatch(/stopped after 1 s/)
    const rows = await runProgram(['sql', path, 'SELECT * FROM flow', '--limit', 'rows=10'])
    expect(rows.code).toBe(3)
    expect(rows.stdout.trim().split('\n')).toHaveLength(10)
    const large = await runProgram(['sql', path, 'SELECT hex(zeroblob(900000000))'])
    expectRefused(large, /SQLite: (out of memory|string or blob too big)/)
  })

  test('diff tells what is new in the second', async () => {
    const before = await aCase('--where', 'not user user3')
    const after = await aCase()
    const { code, stdout } = await runProgram(['diff', before, after, '--format', 'json'])
    expect(code).toBe(0)
    const changes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { change: string; user: string; bytes_after: number })
    expect(new Set(changes.map(({ change, user }) => `${change} ${user}`))).toEqual(
      new Set(['new user3']),
    )
    const total = (records: readonly FlowRecord[]) =>
      records.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
    const ofUser3 = home.records.filter((flow) => {
      const actor = actorOf(flow)
      return actor.kind === 'process' && actor.user === 'user3'
    })
    expect(changes.reduce((sum, { bytes_after: bytes }) => sum + bytes, 0)).toBe(total(ofUser3))
  })

  test('is the same for the sqlite3 program, which finds no fault in it', async () => {
    const path = await aCase()
    const asked = (text: string) => execFileSync('sqlite3', [path, text], { encoding: 'utf8' })
    expect(asked('PRAGMA integrity_check').trim()).toBe('ok')
    expect(asked('SELECT count(*) FROM flows').trim()).toBe(String(home.records.length))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const copy = `${path}.copy`
    copyFileSync(path, copy)
    truncateSync(copy, statSync(path).size - 1)
    expectRefused(await runProgram(['verify', copy]), /of its/)
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
    const found = await sql(path, sums)
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
