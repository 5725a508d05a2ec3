import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Owners } from '../../../src/capture/owners/owners.ts'
import type { ProcessSighting } from '../../../src/capture/owners/process-sighting.ts'
import { hostTime } from '../../../src/model/quantity.ts'

interface FakeProcess {
  readonly startTicks: number
  readonly comm?: string
  readonly parentPid?: number
  readonly exe?: string
  readonly cgroup?: string
}

/** A /proc, a cgroup2 tree and a passwd in a temporary directory, and a clock that the test moves. */
export class FakeHost {
  readonly root = mkdtempSync(join(tmpdir(), 'e2etop-owners-'))
  readonly proc = join(this.root, 'proc')
  readonly cgroups = join(this.root, 'cgroup')
  readonly passwd = join(this.root, 'passwd')
  now = 1_700_000_000_000
  readonly askedUids: number[] = []
  nameService: Record<number, string> = {}

  /** Booted 1,000 s, that is 100,000 ticks, ago. */
  constructor() {
    mkdirSync(this.proc)
    mkdirSync(this.cgroups)
    writeFileSync(join(this.proc, 'uptime'), '1000.00 900.00\n')
    writeFileSync(join(this.proc, 'mounts'), `cgroup2 ${this.cgroups} cgroup2 rw 0 0\n`)
    writeFileSync(
      this.passwd,
      'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/a:/bin/sh\n',
    )
  }

  owners(): Owners {
    return new Owners({
      proc: this.proc,
      passwd: this.passwd,
      now: () => hostTime(this.now),
      askNameService: (uid) => {
        this.askedUids.push(uid)
        return Promise.resolve(this.nameService[uid])
      },
    })
  }

  run(pid: number, { startTicks, comm = 'sh', parentPid = 1, exe, cgroup }: FakeProcess): void {
    this.end(pid)
    const directory = join(this.proc, String(pid))
    mkdirSync(directory)
    const middle = Array<string>(17).fill('0').join(' ')
    writeFileSync(
      join(directory, 'stat'),
      `${pid} (${comm}) S ${parentPid} ${middle} ${startTicks} 0\n`,
      'latin1',
    )
    if (exe !== undefined) symlinkSync(exe, join(directory, 'exe'))
    if (cgroup !== undefined) writeFileSync(join(directory, 'cgroup'), cgroup)
  }

  end(pid: number): void {
    rmSync(join(this.proc, String(pid)), { recursive: true, force: true })
  }

  /** What dropping root does: /proc/PID/exe can no longer be read. */
  hideExe(pid: number): void {
    rmSync(join(this.proc, String(pid), 'exe'), { force: true })
  }

  /** Makes a cgroup and gives its id. */
  cgroup(path: string): bigint {
    mkdirSync(join(this.cgroups, path), { recursive: true })
    return statSync(join(this.cgroups, path), { bigint: true }).ino
  }

  remove(): void {
    rmSync(this.root, { recursive: true })
  }
}

export function sighting(change: Partial<ProcessSighting> = {}): ProcessSighting {
  const comm = Buffer.from('sh')
  return { pid: 500, startTicks: 99_000, parentPid: 1, uid: 1000, comm, cgroupId: 0n, ...change }
}
