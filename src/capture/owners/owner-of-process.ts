import { statSync } from 'node:fs'
import type { ProcessOwner } from '../../model/owner.ts'
import type { Owners } from './owners.ts'
import { readStat, readText } from './process-stat.ts'

/** The owner that a running process is, for a socket of `uid`; undefined where it has ended or is hidden from us. */
export function ownerOfProcess(
  owners: Owners,
  proc: string,
  pid: number,
  uid = uidOf(proc, pid),
): ProcessOwner | undefined {
  const stat = readStat(proc, pid)
  // comm of stat has its newlines escaped; this one is as the kernel keeps it, and a newline after it.
  const comm = readText(`${proc}/${pid}/comm`)
  if (!stat || comm === undefined || uid === undefined) return undefined
  const { startTicks, parentPid } = stat
  return owners.processOwner({
    pid,
    startTicks,
    parentPid,
    uid,
    comm: Buffer.from(comm.replace(/\n$/, ''), 'latin1'),
    cgroupId: 0n,
  })
}

const uidOf = (proc: string, pid: number) =>
  statSync(`${proc}/${pid}`, { throwIfNoEntry: false })?.uid
