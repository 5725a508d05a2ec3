import { actorOf, type FlowRecord } from '../../model/flow.ts'
import { accountOf, type ProcessOwner } from '../../model/owner.ts'
import type { WordSpec } from './word-spec.ts'

function ofProcess<T>(flow: FlowRecord, read: (owner: ProcessOwner) => T): T | undefined {
  const actor = actorOf(flow)
  return actor.kind === 'process' ? read(actor) : undefined
}

/** A path, and what stands after its last slash; none where it is not known. */
const pathTexts = (path: string) =>
  path === '' ? [] : [path, path.slice(path.lastIndexOf('/') + 1)]
/** `docker:0123456789ab`, and the same without its kind. */
const containerTexts = (name: string) =>
  name === '' ? [] : [name, name.slice(name.indexOf(':') + 1)]

/** Whose traffic it is: the process that used the socket last, else the one that opened it. */
export const ownerWords = {
  process: {
    kind: 'text',
    reads: ['owner', 'actor'],
    of: (flow) => {
      const actor = actorOf(flow)
      if (actor.kind === 'process') return [actor.process]
      return actor.kind === 'kernel' ? ['kernel'] : []
    },
    help: 'name of the process; 15 bytes at most',
    example: 'process nginx*',
  },
  exe: {
    kind: 'text',
    reads: ['owner', 'actor'],
    of: (flow) => ofProcess(flow, ({ exe }) => pathTexts(exe)) ?? [],
    help: 'program: its path, or its file name',
    example: 'exe /usr/bin/*',
  },
  pid: {
    kind: 'number',
    unit: 'id',
    reads: ['owner', 'actor'],
    of: (flow) => ofProcess(flow, ({ pid }) => pid),
    help: 'process id',
    example: 'pid (1,4711)',
  },
  user: {
    kind: 'text',
    reads: ['owner', 'actor'],
    of: (flow) => {
      const account = accountOf(actorOf(flow))
      return account ? [account.user, String(account.uid)] : []
    },
    help: 'name or number of the user',
    example: 'user (alice,1001)',
  },
  uid: {
    kind: 'number',
    unit: 'id',
    reads: ['owner', 'actor'],
    of: (flow) => accountOf(actorOf(flow))?.uid,
    help: 'number of the user',
    example: 'uid >= 1000',
  },
  container: {
    kind: 'text',
    reads: ['owner', 'actor'],
    of: (flow) => ofProcess(flow, ({ container }) => containerTexts(container)) ?? [],
    help: 'container or unit, its kind or not',
    example: 'container docker:*',
  },
  cgroup: {
    kind: 'text',
    reads: ['owner', 'actor'],
    of: (flow) => ofProcess(flow, ({ cgroup }) => (cgroup === '' ? [] : [cgroup])) ?? [],
    help: 'path below the cgroup root',
    example: 'cgroup /system.slice/*',
  },
  netns: {
    kind: 'number',
    unit: 'id',
    reads: ['netns'],
    of: (flow) => flow.netns || undefined,
    help: 'inode of the network namespace',
    example: 'netns 4026531840',
  },
  owner: {
    kind: 'choice',
    choices: ['process', 'kernel', 'unknown'],
    reads: ['owner', 'actor'],
    of: (flow) => actorOf(flow).kind,
    help: 'process, kernel or unknown',
    example: 'owner unknown',
  },
} as const satisfies Record<string, WordSpec>
