import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { jsonLines } from './run-program.ts'

/** Takes every Node.js away from a host, at the places where one is looked for. */
const withoutNode = `
for node in "$(command -v node)" ${process.execPath} /usr/local/bin/node /usr/bin/node /usr/bin/nodejs; do
  [ -e "$node" ] && mount --bind /dev/null "$(readlink -f "$node")"
done; true`
/** Accounts, services and programs of all users vanish with the host. */
const ownPlaces = `
mount -t tmpfs none /mnt && cp -a /etc/. /mnt && mount --bind /mnt /etc && mkdir -p /etc/systemd/system
for place in /opt /var/lib /usr/local/lib /usr/local/bin; do mount -t tmpfs -o mode=0755 none $place; done`

describe('deploy to hosts over SSH', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  let lab: SshHosts
  let home: string

  /** Runs a shell line on a host, not over SSH. */
  const on = async (name: string, line: string): Promise<string> => {
    const child = lab.spawnOn(name, ['sh', '-c', line], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout!.on('data', (piece: Buffer) => (text += piece.toString()))
    await once(child, 'close')
    return text
  }
  const filesOf = async (name: string) =>
    (await on(name, `cd ${home} && find . | sort`)).split('\n')
  const run = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await lab.console([...words, '-F', lab.config])
    const lines = stdout.startsWith('{') ? jsonLines(stdout) : []
    const states = Object.fromEntries(lines.map((line) => [String(line['host']), line]))
    return { code, stdout, stderr, states }
  }

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['web1', 'web2', 'db1'])
    home = join(lab.directory, 'home')
    await lab.ready()
    await on('web2', withoutNode)
    await on('db1', ownPlaces)
  })
  afterAll(() => lab?.close())

  test('asks first: without a terminal and a yes it does nothing', async () => {
    const asked = await run('deploy', 'web1')
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    const dry = await run('deploy', 'web1', '--dry-run', '--format', 'table')
    expect(dry.stdout).toMatch(
      /^web1 +write +\S+\/\.local\/share\/e2etop\/\S+, .* for its \S*node /m,
    )
    expect(await filesOf('web1')).toEqual(['.', ''])
  })

  test('makes hosts answer, with their own Node.js or with the one from here', async () => {
    const before = await run('hosts', '-H', 'web1,web2')
    expect(before.states['web1']).toMatchObject({ state: 'no e2etop' })
    expect(before.states['web1']!['why']).toContain('e2etop deploy')
    const deployed = await run('deploy', 'web1', 'web2', '--yes')
    expect(deployed.code, deployed.stderr).toBe(0)
    expect(deployed.states).toMatchObject({
      web1: { state: 'deployed', why: `${home}/.local/share/e2etop/current/e2etop` },
      web2: { state: 'deployed' },
    })
    expect(await on('web1', `readlink ${home}/.local/share/e2etop/current/node`)).not.toBe('')
    expect(
      await on('web2', `cd ${home}/.local/share/e2etop && ./current/e2etop --version`),
    ).toMatch(/^e2etop \d/)
    const after = await run('hosts', '-H', 'web1,web2')
    expect(after.code, after.stdout).toBe(0)
  })

  test('sends all that a host’s commands load', async () => {
    const program = `${home}/.local/share/e2etop/current/e2etop`
    const seen = await on('web2', `${program} --once --for 1s --format json`)
    expect(jsonLines(seen)[0]).toMatchObject({ type: 'status' })
    const sql = `cd ${home} && ${program} export c.db --data-dir /none >/dev/null 2>&1; ${program} sql c.db '.views' 2>&1; rm -f c.db`
    expect(await on('web1', sql)).not.toMatch(/Cannot find|fault of e2etop/)
    const hosts = `${program} hosts -H nowhere.invalid`
    expect(jsonLines(await on('web2', hosts))).toMatchObject([{ state: 'unreachable' }])
    const board = `stty cols 100 rows 40; env -u CI TERM=xterm ${program} board --demo`
    const drawn = `timeout 20 script -qfec '${board}' /run/board >/dev/null 2>&1 &
      until ! kill -0 $! || grep -a -m1 -o rsync /run/board; do sleep 0.2; done; kill $!`
    expect(await on('web1', drawn)).toMatch(/^rsync\n/)
  })

  test('again changes nothing, and mends what does not run', async () => {
    const list = await filesOf('web1')
    expect((await run('deploy', 'web1', '-y')).states['web1']).toMatchObject({ state: 'there' })
    expect(await filesOf('web1')).toEqual(list)
    await on('web1', `rm ${home}/.local/share/e2etop/current/node`)
    expect((await run('deploy', 'web1', '-y')).states['web1']).toMatchObject({ state: 'deployed' })
    expect(await filesOf('web1')).toEqual(list)
  })

  test('in place of another version leaves nothing of it', async () => {
    const list = await filesOf('web1')
    const rename = `cd ${home}/.local/share/e2etop && mv 0.* 0.0.9-old && ln -sfn 0.0.9-old current &&
      sed -i 's/^version .*/version 0.0.9-old/' deployed`
    await on('web1', rename)
    expect((await run('deploy', 'web1', '-y')).states['web1']).toMatchObject({ state: 'deployed' })
    expect(await filesOf('web1')).toEqual(list)
  })

  test('is undone by --remove, which leaves what others put there', async () => {
    await on('web2', `touch ${home}/.local/share/mine`)
    const removed = await run('deploy', 'web1', 'web2', 'db1', '--remove', '--yes')
    expect(removed.states).toMatchObject({
      web1: { state: 'removed' },
      web2: { state: 'removed' },
      db1: { state: 'absent' },
    })
    expect(await filesOf('web1')).toEqual(['.', ''])
    expect(await filesOf('web2')).toEqual([
      '.',
      './.local',
      './.local/share',
      './.local/share/mine',
      '',
    ])
  })

  test('for all users is found by their consoles and their shells', async () => {
    expect((await run('deploy', 'db1', '--system', '-y')).code).toBe(0)
    expect(await on('db1', 'e2etop --version')).toMatch(/^e2etop \d/)
    expect((await run('hosts', '-H', 'db1')).code).toBe(0)
    await run('deploy', 'db1', '--system', '--remove', '-y')
    expect(await on('db1', 'ls -A /opt /usr/local/bin')).toBe('/opt:\n\n/usr/local/bin:\n')
  })

  test('with its recorder installs the service, with a Node.js of its own, and undoes it', async () => {
    await on('db1', withoutNode)
    const { code, states, stderr } = await run('deploy', 'db1', '--record', '-y')
    expect([code, states['db1']], stderr).toMatchObject([0, { state: 'deployed' }])
    expect(states['db1']!['why']).toMatch(/recorder: Installed/)
    const unit = await on('db1', 'grep ExecStart /etc/systemd/system/e2etop-record.service')
    expect(unit).toMatch(/=\/usr\/local\/lib\/e2etop\/node \/usr\/local\/lib\/e2etop\/dist\//)
    expect(await on('db1', '/usr/local/bin/e2etop --version')).toMatch(/^e2etop \d/)
    const dry = await run('deploy', 'db1', '--remove', '--dry-run')
    expect(dry.states['db1']).toMatchObject({
      plan: 'remove',
      why: expect.stringContaining('and the recorder'),
    })
    const removed = await run('deploy', 'db1', '--remove', '-y')
    expect(removed.states['db1']).toMatchObject({ state: 'removed' })
    expect(await filesOf('db1')).toEqual(['.', ''])
    const left = 'ls -A /usr/local/lib /usr/local/bin /etc/systemd/system | grep e2etop'
    expect(await on('db1', left)).toBe('')
    expect(await on('db1', 'grep ^e2etop /etc/passwd /etc/group')).toBe('')
  })

  test('by a user with sudo is for all users, with the recorder, and is undone by him', async (context) => {
    if (!existsSync('/usr/bin/sudo')) return context.skip('it needs the package sudo')
    // His keys are looked for with his rights.
    chmodSync(lab.directory, 0o755)
    await on('db1', 'useradd -m -d /var/lib/olga -p "*" olga')
    await on('db1', "echo 'olga ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/olga")
    const config = join(lab.directory, 'olga_config')
    writeFileSync(config, readFileSync(lab.config, 'utf8').replace('User root', 'User olga'))
    const asOlga = async (...words: readonly string[]) => {
      const { stdout, stderr } = await lab.console([...words, '-F', config])
      return { of: jsonLines(stdout)[0], stderr }
    }
    const system = ['deploy', 'db1', '--system', '-y']
    const { of: deployed, stderr } = await asOlga(...system, '--record')
    expect(deployed, stderr).toMatchObject({
      state: 'deployed',
      why: expect.stringMatching(/^\/opt\/e2etop\/current\/e2etop; recorder: Installed/),
    })
    expect(await on('db1', 'stat -c %U /opt/e2etop /usr/local/lib/e2etop')).toBe('root\nroot\n')
    expect(await on('db1', 'ls -A /var/lib/olga | grep e2etop')).toBe('')
    expect((await asOlga('hosts', '-H', 'db1')).of).toMatchObject({ state: 'answered' })
    expect((await asOlga(...system, '--remove')).of).toMatchObject({ state: 'removed' })
    expect(await on('db1', 'ls -A /opt /usr/local/lib /usr/local/bin | grep e2etop')).toBe('')
    await on('db1', 'rm /etc/sudoers.d/olga')
    expect((await asOlga(...system)).of).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/olga is not root there, and has no sudo without a password/),
    })
  })

  test.each([
    ['machine', 'uname', 'case $1 in -s) echo Linux;; *) echo aarch64;; esac', /it is aarch64/],
    ['libc', 'getconf', 'echo musl', /it has no Node\.js .* needs glibc \S+; it has musl/],
  ])('to another %s is refused before anything is written', async (what, tool, says, refusal) => {
    const fake = join(lab.directory, tool)
    writeFileSync(fake, `#!/bin/sh\n${says}\n`, { mode: 0o755 })
    await on('web2', `mount --bind ${fake} "$(readlink -f "$(command -v ${tool})")"`)
    const before = await filesOf('web2')
    const { states } = await run('deploy', 'web2', '--yes')
    await on('web2', `umount "$(readlink -f "$(command -v ${tool})")"`)
    expect(states['web2'], what).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(refusal),
    })
    expect(await filesOf('web2')).toEqual(before)
  })

  test('leaves a host as it was where its disk is full, and does the others', async () => {
    const mount = `mkdir -p ${home}/.local && mount -t tmpfs -o size=16m none ${home}/.local`
    await on('web2', `rm -rf ${home}/.local; ${mount}; head -c 8m /dev/zero >${home}/.local/data`)
    const { code, states } = await run('deploy', 'web1', 'web2', 'nowhere.invalid', '--yes')
    expect(code).toBe(3)
    expect(states).toMatchObject({
      web1: { state: 'deployed' },
      web2: { state: 'failed', why: expect.stringMatching(/8\.\d MB free, and .* needed/) },
      'nowhere.invalid': { state: 'unreachable' },
    })
    expect(await on('web2', `ls -A ${home}/.local`)).toBe('data\n')
  })

  test('cut off in the middle leaves nothing', async () => {
    await on('web2', `umount ${home}/.local`)
    const deployed = run('deploy', 'web2', '--yes')
    const isUnderWay = async () =>
      (await on('web2', `ls ${home}/.local/share/e2etop/.new-*/archive 2>&1`)).startsWith('/')
    while (!(await isUnderWay()));
    for (const pid of lab.sessionsOf('web2'))
      if (readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sshd\n') process.kill(pid, 'SIGKILL')
    const { code, states } = await deployed
    expect([code, states['web2']]).toMatchObject([3, { state: 'failed' }])
    const deadline = Date.now() + 30_000
    while ((await filesOf('web2')).length > 3 && Date.now() < deadline);
    expect(await filesOf('web2')).toEqual(['.', './.local', ''])
  })

  test('through a key that may only serve writes nothing, and says so', async () => {
    const gate = join(lab.directory, 'gate')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', gate])
    const key = readFileSync(`${gate}.pub`, 'utf8')
    appendFileSync(join(lab.directory, 'login.pub'), `restrict,command="echo no" ${key}`)
    const login = join(lab.directory, 'login')
    const config = join(lab.directory, 'gate_config')
    writeFileSync(config, readFileSync(lab.config, 'utf8').replace(login, gate))
    const { stdout, code } = await lab.console(['deploy', 'db1', '--yes', '-F', config])
    expect(code).toBe(3)
    expect(jsonLines(stdout)).toMatchObject([
      { state: 'refused', why: expect.stringContaining('no other command') },
    ])
    expect(await filesOf('db1')).toEqual(['.', ''])
  })
})
