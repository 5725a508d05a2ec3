import { cleanText } from './clean-text.ts'
import { type Block, type Column, encodeBlock } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { limits } from './limits.ts'
import { kernelOwner, type Owner } from './owner.ts'
import { hostTime } from './quantity.ts'

const ownerKinds = ['process', 'kernel', 'unknown'] as const

/** Column ids: part of the format, never given to another field. */
const id = {
  kind: 1,
  pid: 2,
  start: 3,
  parentPid: 4,
  process: 5,
  exe: 6,
  uid: 7,
  user: 8,
  cgroup: 9,
  container: 10,
  why: 11,
} as const

/** The owners that a block of flows names by their position here. */
export function encodeOwners(owners: readonly Owner[], form: BlockForm = 'live'): Uint8Array {
  const processes = owners.map((owner) => (owner.kind === 'process' ? owner : undefined))
  const text = (key: 'process' | 'exe' | 'user' | 'cgroup' | 'container'): Column => ({
    id: id[key],
    type: 'text',
    values: processes.map((process) => process?.[key] ?? ''),
  })
  const number = (key: 'pid' | 'parentPid' | 'uid'): Column => ({
    id: id[key],
    type: 'u32',
    values: Uint32Array.from(processes, (process) => process?.[key] ?? 0),
  })
  return encodeBlock(
    owners.length,
    [
      {
        id: id.kind,
        type: 'u8',
        values: Uint8Array.from(owners, ({ kind }) => ownerKinds.indexOf(kind)),
      },
      {
        id: id.start,
        type: 'f64',
        values: Float64Array.from(processes, (process) => process?.start ?? 0),
      },
      number('pid'),
      number('parentPid'),
      number('uid'),
      text('process'),
      text('exe'),
      text('user'),
      text('cgroup'),
      text('container'),
      {
        id: id.why,
        type: 'text',
        values: owners.map((owner) => (owner.kind === 'unknown' ? owner.why : '')),
      },
    ],
    form,
  )
}

/** Undefined where a column is missing or damaged. Text is cleaned here, whoever wrote the block. */
export function decodeOwners(block: Block): Owner[] | undefined {
  const kind = block.column(id.kind, 'u8')
  const start = block.column(id.start, 'f64')
  const pid = block.column(id.pid, 'u32')
  const parentPid = block.column(id.parentPid, 'u32')
  const uid = block.column(id.uid, 'u32')
  const process = block.column(id.process, 'text')
  const exe = block.column(id.exe, 'text')
  const user = block.column(id.user, 'text')
  const cgroup = block.column(id.cgroup, 'text')
  const container = block.column(id.container, 'text')
  const why = block.column(id.why, 'text')
  if (!kind || !start || !pid || !parentPid || !uid || !process) return undefined
  if (!exe || !user || !cgroup || !container || !why) return undefined
  const name = (text: string | undefined) => cleanText(text ?? '', limits.nameLength)
  const path = (text: string | undefined) => cleanText(text ?? '', limits.pathLength)
  return Array.from(kind, (number, i): Owner => {
    switch (ownerKinds[number]) {
      case 'process':
        return {
          kind: 'process',
          pid: pid[i]!,
          start: hostTime(start[i]!),
          parentPid: parentPid[i]!,
          process: name(process[i]),
          exe: path(exe[i]),
          uid: uid[i]!,
          user: name(user[i]),
          cgroup: path(cgroup[i]),
          container: name(container[i]),
        }
      case 'kernel':
        return kernelOwner
      case 'unknown':
        return { kind: 'unknown', why: path(why[i]) }
      default:
        return { kind: 'unknown', why: 'a kind of owner that this version does not know' }
    }
  })
}
