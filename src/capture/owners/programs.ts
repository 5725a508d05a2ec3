import { limits } from '../../model/limits.ts'
import { listPids, readExe, readStat } from './process-stat.ts'
import { RecentMap } from './recent-map.ts'

/** One program that a process has run; `comm` is the name the kernel gave it then, bytes as latin1. */
interface Program {
  readonly exe: string
  readonly comm: string
}

interface KnownProcess {
  readonly startTicks: number
  /** Newest first, at most `limits.programsPerProcess`. */
  readonly programs: readonly Program[]
}

/** A process whose program is asked for. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
  readonly parentPid: number
  /** Bytes as latin1. */
  readonly comm: string
}

/**
 * Which program file each process runs. /proc/PID/exe is closed to the recorder once it has dropped root, and gone
 * once a process has ended, so this remembers what was running at the start and every execve since.
 */
export class Programs {
  readonly #proc: string
  /** Processes that began before this were seeded, or will never be known. */
  readonly #sinceTicks: number
  readonly #known = new RecentMap<number, KnownProcess>(limits.processesKnown)
  #replacements = 0

  constructor(proc: string, sinceTicks: number) {
    this.#proc = proc
    this.#sinceTicks = sinceTicks
  }

  /** Remembers every process whose /proc/PID/exe we may read, which as root is all but kernel threads. */
  seed(): void {
    for (const pid of listPids(this.#proc).slice(0, limits.processesKnown)) {
      const stat = readStat(this.#proc, pid)
      const exe = stat && readExe(this.#proc, pid, stat.startTicks)
      if (stat && exe) this.#remember(pid, stat.startTicks, { exe, comm: stat.comm })
    }
  }

  /**
   * `path` is the one given to execve: of a script the script's own, where /proc would name the interpreter. `file` is
   * the name of the file itself, '' where it is not known.
   */
  recordExec(pid: number, startTicks: number, path: string, file = ''): void {
    const comm = commOf(path)
    const exe = isDescriptor(path) && file.startsWith('memfd:') ? `/${file}` : path
    const known = this.#known.get(pid)
    const before = known?.startTicks === startTicks ? known.programs : []
    if (before.some((program) => program.comm === comm && program.exe !== exe))
      this.#replacements += 1
    this.#remember(pid, startTicks, { exe, comm })
  }

  /** Grows when a process ran another program of the same name, which its comm does not show. */
  get replacements(): number {
    return this.#replacements
  }

  /**
   * The program of a process; '' where it cannot be known. Of several that it has run the one that its comm at
   * the sighting names, else the newest.
   */
  exeOf(process: ProcessIdentity): string {
    const known = this.#known.get(process.pid)
    const own = known?.startTicks === process.startTicks ? known.programs : []
    const program = own.find(({ comm }) => comm === process.comm) ?? own[0]
    if (program?.exe.startsWith('/')) return program.exe
    const read = this.#readable(process)
    if (read !== undefined) return read
    return program?.exe ?? this.#inherited(process)
  }

  #readable({ pid, startTicks, comm }: ProcessIdentity): string | undefined {
    if (startTicks === 0) return undefined
    const exe = readExe(this.#proc, pid, startTicks)
    if (exe !== undefined) this.#remember(pid, startTicks, { exe, comm })
    return exe
  }

  /**
   * A process that began under our eyes and never called execve runs what its parent ran when it forked. The comm
   * must be the parent's too: an orphan's parent is init or a subreaper by now, whose program it never ran. A
   * forked worker that renamed itself stays without a program, which is better than with a wrong one.
   */
  #inherited({ pid, startTicks, parentPid, comm }: ProcessIdentity): string {
    const parent = this.#known.get(parentPid)
    if (!parent || startTicks < this.#sinceTicks || parent.startTicks > startTicks) return ''
    const program = parent.programs.find((program) => program.comm === comm)
    if (!program) return ''
    this.#remember(pid, startTicks, program)
    return program.exe
  }

  #remember(pid: number, startTicks: number, program: Program): void {
    const known = this.#known.get(pid)
    const before = known?.startTicks === startTicks ? known.programs : []
    const programs = [program, ...before].slice(0, limits.programsPerProcess)
    this.#known.set(pid, { startTicks, programs })
  }
}

/** A file that is in memory only (memfd_create) has no other path; /proc/PID/exe names it as we do. */
const isDescriptor = (path: string) => /^\/(proc|dev)\/(.*\/)?fd\//.test(path)

/** comm as execve sets it: the file's name, cut to 15 bytes (TASK_COMM_LEN without its NUL). */
function commOf(exe: string): string {
  const name = Buffer.from(exe.slice(exe.lastIndexOf('/') + 1), 'utf8')
  return name.subarray(0, 15).toString('latin1')
}
