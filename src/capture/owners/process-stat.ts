import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What /proc/PID/stat says of a process. */
export interface ProcessStat {
  /** Bytes of comm as latin1, with newline and backslash escaped by the kernel. */
  readonly comm: string
  readonly parentPid: number
  /** 1/100 s since boot; with the pid the identity of a process. */
  readonly startTicks: number
}

/** Undefined where the text is not a whole line of /proc/PID/stat. A comm may hold blanks and parentheses. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  // Fields 4 and 22 of proc(5); the first after the comm is field 3.
  const parentPid = Number(fields[1])
  const startTicks = Number(fields[19])
  if (!Number.isSafeInteger(parentPid) || !Number.isSafeInteger(startTicks)) return undefined
  return { comm: text.slice(open + 1, close), parentPid, startTicks }
}

/** Undefined where the process has ended or is hidden from us. */
export function readStat(proc: string, pid: number): ProcessStat | undefined {
  const text = readText(`${proc}/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/**
 * The program file of the process that began at `startTicks`; undefined where we may not know it (the usual case
 * once privileges are dropped) or the pid is another process's by now. The start is read after the link: if
 * it still fits then, the link was that process's too.
 */
export function readExe(proc: string, pid: number, startTicks: number): string | undefined {
  let exe: string
  try {
    exe = readlinkSync(`${proc}/${pid}/exe`)
  } catch {
    // ENOENT: ended, or a kernel thread; EACCES: not ours.
    return undefined
  }
  return readStat(proc, pid)?.startTicks === startTicks ? exe : undefined
}

/** Pids of all processes that /proc shows us. */
export function listPids(proc: string): number[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** A small file of /proc, byte for byte as latin1; undefined where it is gone or forbidden. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // A process may end between any two looks at it, and /proc may be mounted with hidepid.
    return undefined
  }
}
