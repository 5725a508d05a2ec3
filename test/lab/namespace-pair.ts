import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcess,
  type SpawnOptions,
} from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'

/** A named network namespace with one veth end and its addresses. */
export interface Namespace {
  readonly name: string
  /** As the kernel and `FlowSample.netns` number it. */
  readonly inode: number
  readonly v4: string
  readonly v6: string
}

/** Two namespaces joined by a cable: they reach each other and nothing else. */
export interface NamespacePair {
  readonly near: Namespace
  readonly far: Namespace
  /** Removes both; idempotent. */
  close(): void
}

const namePattern = /^e2etop-lab-(\d+)-\d+-(near|far)$/
const namespaceFolder = '/run/netns'
let pairsMade = 0

/** Why this machine or user cannot make network namespaces; undefined where it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux'
  if (process.getuid?.() !== 0) return 'making network namespaces needs root'
  if (spawnSync('ip', ['-V']).status !== 0) return 'network namespaces need `ip` (iproute2)'
  const probe = `e2etop-lab-${process.pid}-0-near`
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' })
  if (made.status !== 0) return `no network namespaces here: ${made.stderr.trim()}`
  const joined = spawnSync('ip', ['-n', probe, 'link', 'add', 'lab0', 'type', 'veth'], {
    encoding: 'utf8',
  })
  spawnSync('ip', ['netns', 'delete', probe])
  return joined.status === 0 ? undefined : `no veth devices here: ${joined.stderr.trim()}`
}

/**
 * Makes a pair; needs what `whyNoNamespaces` tests. The caller closes it; should the process end first its `exit`
 * does, and should it be killed the next process that makes a pair does.
 */
export function makeNamespacePair(): NamespacePair {
  removeLeftBehind()
  pairsMade += 1
  const prefix = `e2etop-lab-${process.pid}-${pairsMade}`
  const near = `${prefix}-near`
  const far = `${prefix}-far`
  const close = () => {
    process.off('exit', close)
    for (const name of [near, far]) if (exists(name)) removeNamespace(name)
  }
  process.on('exit', close)
  try {
    ip('netns', 'add', near)
    ip('netns', 'add', far)
    ip('-n', near, 'link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab0', 'netns', far)
    return { near: address(near, 1), far: address(far, 2), close }
  } catch (cause) {
    close()
    throw cause
  }
}

function address(name: string, host: number): Namespace {
  const v4 = `10.77.0.${host}`
  const v6 = `fd77::${host}`
  ip('-n', name, 'link', 'set', 'lo', 'up')
  ip('-n', name, 'link', 'set', 'lab0', 'up')
  ip('-n', name, 'address', 'add', `${v4}/24`, 'dev', 'lab0')
  // Without nodad the address cannot be bound for the second that duplicate address detection takes.
  ip('-n', name, 'address', 'add', `${v6}/64`, 'dev', 'lab0', 'nodad')
  return { name, inode: statSync(`${namespaceFolder}/${name}`).ino, v4, v6 }
}

/** Starts a command inside a namespace, as `uid` where one is given. */
export function runIn(
  namespace: Namespace,
  command: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const { uid, gid, ...rest } = options
  // `ip netns exec` itself needs root, so the uid is changed inside.
  const as =
    uid === undefined
      ? []
      : ['setpriv', `--reuid=${uid}`, `--regid=${gid ?? uid}`, '--clear-groups']
  return spawn('ip', ['netns', 'exec', namespace.name, ...as, ...command], rest)
}

function removeLeftBehind(): void {
  if (!existsSync(namespaceFolder)) return
  for (const name of readdirSync(namespaceFolder)) {
    const maker = namePattern.exec(name)?.[1]
    if (maker !== undefined && !existsSync(`/proc/${maker}`)) removeNamespace(name)
  }
}

const exists = (name: string) => existsSync(`${namespaceFolder}/${name}`)

const removeNamespace = (name: string) => spawnSync('ip', ['netns', 'delete', name])

function ip(...command: string[]): void {
  execFileSync('ip', command, { stdio: ['ignore', 'ignore', 'pipe'] })
}
