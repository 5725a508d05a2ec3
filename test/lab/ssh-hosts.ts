import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcess,
  type SpawnOptions,
} from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { program, type Finished } from '../e2e/run-program.ts'
import { whyNoNamespaces } from './namespace-pair.ts'
import { processesBelow } from './processes-below.ts'

/** A host of its own name, network, /run and sshd, on the kernel, clock and files of this machine. */
export interface SshHost {
  readonly name: string
  readonly address: string
  /** Of its sshd, which listens. */
  readonly pid: number
}

const sshd = '/usr/sbin/sshd'

/** Why hosts with sshd cannot be made here; undefined where they can. */
export function whyNoSshHosts(): string | undefined {
  const why = whyNoNamespaces()
  if (why !== undefined) return why
  if (!existsSync(sshd)) return 'hosts with sshd need the package openssh-server'
  if (spawnSync('unshare', ['--uts', '--mount', 'true']).status !== 0)
    return 'hosts with sshd need mount and UTS namespaces'
  return undefined
}

/**
 * In the host's own namespaces, before its sshd. A locked account of root may not log in, whatever its keys; and its home
 * is an empty one of its own: a login that is killed in the middle of this machine's own ~/.bashrc may leave a lock there, which
 * makes every later login wait for a minute.
 */
const bootScript = `
hostname "$1"
mount -t tmpfs -o mode=0755 none /run
mkdir -p /run/sshd
mount --bind "$2/shadow" /etc/shadow
mount --bind "$2/passwd" /etc/passwd
mount -t tmpfs -o mode=0700 none "$2/home"
exec ${sshd} -D -e -f "$2/$1.conf"`

let made = 0

/**
 * Hosts on one switch, and a console beside them from which the program is run; needs what `whyNoSshHosts` tests. Closed
 * by the caller.
 */
export class SshHosts {
  readonly directory = mkdtempSync(join(tmpdir(), 'e2etop-hosts-'))
  readonly hosts: readonly SshHost[]
  readonly #prefix = `e2etop-ssh-${process.pid}-${made++}`
  readonly #children: ChildProcess[] = []
  readonly #atExit = () => this.close()

  constructor(names: readonly string[]) {
    removeLeftBehind()
    process.once('exit', this.#atExit)
    const switchName = this.#namespace('switch')
    ip('netns', 'add', switchName)
    ip('-n', switchName, 'link', 'add', 'switch', 'type', 'bridge', 'forward_delay', '0')
    ip('-n', switchName, 'link', 'set', 'switch', 'up')
    this.#key('login')
    const shadow = readFileSync('/etc/shadow', 'utf8').replace(/^root:[^:]*/m, 'root:*')
    writeFileSync(join(this.directory, 'shadow'), shadow, { mode: 0o600 })
    const home = join(this.directory, 'home')
    mkdirSync(home)
    const passwd = readFileSync('/etc/passwd', 'utf8')
    writeFileSync(
      join(this.directory, 'passwd'),
      passwd.replace(/^(root:(?:[^:]*:){4})[^:]*/m, `$1${home}`),
    )
    this.#plug('console', 254)
    this.hosts = names.map((name, i) => this.#boot(name, i + 1))
    writeFileSync(this.config, this.#clientConfig())
    writeFileSync(
      join(this.directory, 'known_hosts'),
      this.hosts.map((one) => this.#known(one)).join(''),
    )
  }

  /** For ssh's -F. */
  get config(): string {
    return join(this.directory, 'ssh_config')
  }

  host(name: string): SshHost {
    return this.hosts.find((host) => host.name === name)!
  }

  /** Pulls a host's cable, or plugs it in. */
  cable(name: string, state: 'up' | 'down'): void {
    const port = `port${this.hosts.findIndex((host) => host.name === name) + 1}`
    ip('-n', this.#namespace('switch'), 'link', 'set', port, state)
  }

  /** Processes of the sessions of a host's sshd. */
  readonly sessionsOf = (name: string) => processesBelow(this.host(name).pid)

  /** Waits until every sshd listens. */
  async ready(): Promise<void> {
    for (const { name, pid } of this.hosts)
      for (let tries = 0; ; tries++) {
        const [listening] = [
          spawnSync('nsenter', ['-t', String(pid), '--net', 'ss', '-ltnH', 'sport', '=', '22'], {
            encoding: 'utf8',
          }),
        ]
        if (listening.stdout.includes(':22')) break
        if (tries > 100) throw new Error(`the sshd of ${name} does not listen`)
        await new Promise((done) => setTimeout(done, 50))
      }
  }

  /** Runs a command on a host, not through SSH; as another uid where one is given. */
  spawnOn(name: string, command: readonly string[], options: SpawnOptions & { uid?: number } = {}) {
    const { uid, ...rest } = options
    const as =
      uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
    const inside = ['-t', String(this.host(name).pid), '--net', '--uts', '--mount']
    const child = spawn('nsenter', [...inside, ...as, ...command], rest)
    this.#children.push(child)
    return child
  }

  /** Words before a command that is run at the console. */
  get consoleNamespace(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace('console')]
  }

  /** Runs the built program at the console, which has no files of a user. */
  console(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return this.atConsole([process.execPath, program, ...args], env)
  }

  /** Runs any command there. */
  atConsole(command: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    const [enter, ...words] = [...this.consoleNamespace, ...command]
    const child = spawn(enter!, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: this.directory, ...env },
    })
    this.#children.push(child)
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (piece: Buffer) => (stdout += piece.toString()))
    child.stderr?.on('data', (piece: Buffer) => (stderr += piece.toString()))
    return new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr })))
  }

  close(): void {
    process.off('exit', this.#atExit)
    for (const child of this.#children) child.kill('SIGKILL')
    for (const { name } of this.hosts) this.#end(name)
    for (const name of ['switch', 'console', ...this.hosts.map(({ name }) => name)])
      spawnSync('ip', ['netns', 'delete', this.#namespace(name)])
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** All of a host's processes: sessions outlive an sshd that was killed, and a cable that was cut. */
  #end(name: string): void {
    const { stdout } = spawnSync('ip', ['netns', 'pids', this.#namespace(name)], {
      encoding: 'utf8',
    })
    for (const pid of stdout.split('\n').filter(Boolean)) spawnSync('kill', ['-KILL', pid])
  }

  #namespace(name: string): string {
    return `${this.#prefix}-${name}`
  }

  #boot(name: string, number: number): SshHost {
    const address = this.#plug(name, number)
    this.#key(`${name}.key`)
    const settings = [
      `HostKey ${this.directory}/${name}.key`,
      `AuthorizedKeysFile ${this.directory}/login.pub`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
    ]
    writeFileSync(join(this.directory, `${name}.conf`), `${settings.join('\n')}\n`)
    const child = spawn(
      // Its sshd does not outlive us, whatever ends us.
      'setpriv',
      [
        '--pdeathsig=KILL',
        'ip',
        'netns',
        'exec',
        this.#namespace(name),
        'unshare',
        '--uts',
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-c',
        bootScript,
        'sh',
        name,
        this.directory,
      ],
      { stdio: 'ignore' },
    )
    return { name, address, pid: child.pid! }
  }

  /** A namespace on the switch; gives its address. */
  #plug(name: string, number: number): string {
    const [here, there] = [this.#namespace(name), this.#namespace('switch')]
    ip('netns', 'add', here)
    ip('-n', here, 'link', 'set', 'lo', 'up')
    ip(
      '-n',
      here,
      'link',
      'add',
      'eth0',
      'type',
      'veth',
      'peer',
      'name',
      `port${number}`,
      'netns',
      there,
    )
    ip('-n', here, 'address', 'add', `10.91.0.${number}/24`, 'dev', 'eth0')
    ip('-n', here, 'link', 'set', 'eth0', 'up')
    ip('-n', there, 'link', 'set', `port${number}`, 'master', 'switch', 'up')
    return `10.91.0.${number}`
  }

  #key(file: string): void {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.directory, file)])
  }

  #known({ name, address }: SshHost): string {
    const [type, key] = readFileSync(join(this.directory, `${name}.key.pub`), 'utf8').split(' ')
    return `${name},${address} ${type} ${key}\n`
  }

  #clientConfig(): string {
    const hosts = this.hosts.map(({ name, address }) => `Host ${name}\n  HostName ${address}\n`)
    const all = [
      'User root',
      `IdentityFile ${this.directory}/login`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${this.directory}/known_hosts`,
      'GlobalKnownHostsFile none',
      'ConnectTimeout 5',
    ]
    return `${hosts.join('')}Host *\n${all.map((line) => `  ${line}\n`).join('')}`
  }
}

/** What the hosts of -H run: this machine's Node and the program that was built. */
export const serveCommand = (...more: readonly string[]): string =>
  [process.execPath, resolve(program), 'serve', '--stdio', ...more].join(' ')

/** Namespaces of a process that was killed. */
function removeLeftBehind(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  for (const [name, maker] of stdout.matchAll(/^e2etop-ssh-(\d+)-[^ \n]+/gm))
    if (!existsSync(`/proc/${maker}`)) spawnSync('ip', ['netns', 'delete', name])
}

function ip(...command: string[]): void {
  execFileSync('ip', command, { stdio: ['ignore', 'ignore', 'pipe'] })
}
