import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'

/** Throw-away mounts, and what the steps call. */
const probe = 'mount -t tmpfs none /var/lib && command -v setpriv useradd groupadd python3'
const whyNot =
  process.geteuid?.() !== 0
    ? 'needs root'
    : spawnSync('unshare', ['--mount', 'sh', '-c', probe]).status !== 0
      ? 'needs unshare with mounts, setpriv, useradd, python3'
      : whyNoBpf()

interface Said {
  readonly text: string
  readonly exit: number
}

describe('a host on which the recorder is installed, killed and uninstalled', () => {
  skipWhere(whyNot)
  const steps = new Map<string, Said>()
  const said = (name: string) => steps.get(name) ?? { text: 'never came', exit: -1 }

  beforeAll(async () => {
    if (whyNot !== undefined) return
    const words = ['--mount', 'bash', 'test/lab/throw-away-host.sh', 'bash']
    const day = ['test/e2e/installed-host.sh', process.execPath]
    const { stdout } = await promisify(execFile)('unshare', [...words, ...day])
    for (const [, name = '', text = '', exit] of stdout.matchAll(
      /^== (\S+)\n([^]*?)^exit (\d+)$/gm,
    ))
      steps.set(name, { text, exit: Number(exit) })
  })

  test('installing takes root, and again changes nothing and succeeds', () => {
    expect(said('install-as-nobody')).toMatchObject({
      exit: 1,
      text: expect.stringMatching(/^e2etop: install-service needs root/),
    })
    expect(said('install').exit).toBe(0)
    expect(said('install-again')).toEqual(said('install'))
  })

  test('log and config are for the group only, program and units are root’s', () => {
    expect(said('owners').text.trim().split('\n')).toEqual([
      'drwxr-x--- e2etop-rec:e2etop /var/lib/e2etop',
      'drwxr-x--- root:e2etop /etc/e2etop',
      '-rw-r--r-- root:root /etc/systemd/system/e2etop-record.service',
      '-rw-r--r-- root:root /etc/systemd/system/e2etop-record.socket',
      '-rwxr-xr-x root:root /usr/local/lib/e2etop/dist/e2etop.mjs',
    ])
  })

  test('what is installed lacks nothing that a command loads', () => {
    expect(said('sql')).toMatchObject({ exit: 0, text: expect.stringMatching(/"name":"/) })
    expect(said('hosts').text).toMatch(/"nowhere\.invalid","state":"unreachable"/)
    expect(said('board').text).toMatch(/rsync/)
  })

  test('started by a service manager it keeps CAP_BPF of five and can gain nothing', () => {
    const { text } = said('privileges')
    expect(text).toMatch(/^CapEff:\s+0000008000000000$/m)
    expect(text).toMatch(/^CapAmb:\s+0+$/m)
    expect(text).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(text).not.toMatch(/^[UG]id:.*\b0\b/m)
  })

  test('members of the group are told everything, others why not', () => {
    expect(said('member')).toMatchObject({ exit: 0, text: expect.stringMatching(/^recorder +up/) })
    expect(said('stranger').exit).toBe(3)
    expect(said('stranger').text).toMatch(/not known: you may not connect/)
    expect(said('stranger').text).toMatch(/not readable: \/var\/lib\/e2etop may not be entered/)
  })

  test('uninstalling beside a recorder that was started by hand names it and takes nothing away', () => {
    expect(said('uninstall-beside').exit).toBe(1)
    expect(said('uninstall-beside').text).toMatch(/by hand runs as e2etop-rec: kill \d+\n/)
    expect(said('beside')).toMatchObject({ exit: 0, text: expect.stringMatching(/^recorder +up/) })
  })

  test('status is true before the first start, after kill -9 and after the restart', () => {
    expect(said('before-start')).toMatchObject({
      exit: 1,
      text: expect.stringMatching(/none runs[^]*no record yet/),
    })
    expect(said('killed')).toMatchObject({
      exit: 1,
      text: expect.stringMatching(/none runs[^]*oldest +20/),
    })
    expect(said('restarted')).toMatchObject({
      exit: 0,
      text: expect.stringMatching(/^recorder +up[^]*in 2 files/),
    })
    expect(said('stopped').exit).toBe(0)
  })

  test('uninstalling leaves the log to root, and --purge nothing', () => {
    expect(said('uninstall').exit).toBe(0)
    expect(said('left').text.trim()).toBe('drwxr-x--- root:root /var/lib/e2etop')
    // An account that somebody put into the group keeps it.
    expect(said('uninstall-with-member')).toMatchObject({
      exit: 0,
      text: expect.stringMatching(/^The group e2etop stays/m),
    })
    expect(said('uninstall-again').exit).toBe(0)
    expect(said('nothing-left').text.match(/No such file/g)).toHaveLength(4)
    expect(said('no-accounts').exit).toBe(2)
  })
})
