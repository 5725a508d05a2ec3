import { constants } from 'node:os'
import { CaptureError } from '../capture-error.ts'
import { errnoName, loadNative } from '../native.ts'

/** Numbers of include/uapi/linux/bpf.h; only those used. */
const command = {
  mapCreate: 0,
  mapDelete: 3,
  programLoad: 5,
  rawTracepointOpen: 17,
  btfLoad: 18,
  lookupAndDelete: 21,
  lookupBatch: 24,
  linkCreate: 28,
  iteratorCreate: 33,
} as const

export const mapType = { hash: 1, array: 2, socketStorage: 24, ring: 27 } as const
export const mapFlag = { noPrealloc: 1, clone: 512, mmapable: 1024 } as const
export const programType = { cgroupSkb: 8, cgroupSocket: 9, tracing: 26 } as const
export const attachType = {
  cgroupIngress: 0,
  cgroupEgress: 1,
  socketCreate: 2,
  rawTracepoint: 23,
  iterator: 28,
  socketRelease: 34,
} as const

const objectNameBytes = 15
const loadTriesMax = 5
const logBytes = 1 << 20
/** The verifier's reason is in its last lines. */
const logTail = 1500

/** Numbers and names come one way only: little endian, as every architecture with a number in native.ts. */
class Attribute {
  readonly bytes: Buffer
  /** What the kernel is pointed at must not be collected before the call. */
  readonly #pointedAt: Uint8Array[] = []
  constructor(length: number) {
    this.bytes = Buffer.alloc(length)
  }
  u32(offset: number, value: number): this {
    this.bytes.writeUInt32LE(value, offset)
    return this
  }
  pointer(offset: number, buffer: Uint8Array): this {
    this.#pointedAt.push(buffer)
    this.bytes.writeBigUInt64LE(loadNative().addressOf(buffer), offset)
    return this
  }
  name(offset: number, name: string): this {
    this.bytes.write(name.slice(0, objectNameBytes), offset, 'latin1')
    return this
  }
  call(number: number): number {
    return loadNative().bpf(number, this.bytes)
  }
}

export interface MapShape {
  readonly name: string
  readonly type: number
  readonly keyBytes: number
  readonly valueBytes: number
  readonly entries: number
  readonly flags?: number
  /** Needed by socket storage: a loaded BTF and its types of key and value. */
  readonly btf?: { readonly fd: number; readonly key: number; readonly value: number }
}

/** Gives the map's descriptor. Throws `CaptureError`. */
export function createMap(shape: MapShape): number {
  const attribute = new Attribute(72)
    .u32(0, shape.type)
    .u32(4, shape.keyBytes)
    .u32(8, shape.valueBytes)
    .u32(12, shape.entries)
    .u32(16, shape.flags ?? 0)
    .name(28, shape.name)
  if (shape.btf) attribute.u32(48, shape.btf.fd).u32(52, shape.btf.key).u32(56, shape.btf.value)
  return checked(attribute.call(command.mapCreate), `map ${shape.name}`)
}

/** Loads type information for a map and gives its descriptor. Throws `CaptureError`. */
export function loadBtf(blob: Uint8Array): number {
  const attribute = new Attribute(28).pointer(0, blob).u32(16, blob.length)
  return checked(attribute.call(command.btfLoad), 'type information of the maps')
}

export interface ProgramShape {
  /** Also what errors call it. */
  readonly name: string
  readonly type: number
  readonly attach: number
  readonly code: Uint8Array
  /** BTF type of the tracepoint or iterator it is for. */
  readonly typeId?: number
}

/** Has the verifier check a program and gives its descriptor. Throws `CaptureError` with the log's end. */
export function loadProgram(shape: ProgramShape): number {
  const license = Buffer.from('GPL\0')
  const attribute = new Attribute(148)
    .u32(0, shape.type)
    .u32(4, shape.code.length / 8)
    .pointer(8, shape.code)
    .pointer(16, license)
    .name(48, shape.name)
    .u32(68, shape.attach)
    .u32(108, shape.typeId ?? 0)
  let result = attribute.call(command.programLoad)
  // A signal that comes during the check interrupts it, a profiler's or a service manager's; libbpf tries as often.
  for (let tries = 1; tries < loadTriesMax && result === -constants.errno.EAGAIN; tries++)
    result = attribute.call(command.programLoad)
  if (result >= 0) return result
  // Again with a log, which costs time that the usual success should not pay.
  const log = Buffer.alloc(logBytes)
  const again = attribute.u32(24, 1).u32(28, log.length).pointer(32, log).call(command.programLoad)
  const end = log.indexOf(0)
  const text = log.toString('latin1', Math.max(0, end - logTail), Math.max(0, end)).trim()
  return checked(again, `program ${shape.name}`, text)
}

/** Runs a program at its tracepoint until the returned descriptor is closed. */
export function attachTracepoint(program: number, name: string): number {
  const attribute = new Attribute(16).u32(8, program)
  return checked(attribute.call(command.rawTracepointOpen), `attaching ${name}`)
}

/** Runs a program for every socket below a cgroup2 directory until the returned descriptor is closed. */
export function attachCgroup(program: number, directory: number, shape: ProgramShape): number {
  const attribute = new Attribute(48).u32(0, program).u32(4, directory).u32(8, shape.attach)
  return checked(attribute.call(command.linkCreate), `attaching ${shape.name}`)
}

/** Makes an iterator of a program; see `startIterator`. */
export function linkIterator(program: number, name: string): number {
  const attribute = new Attribute(48).u32(0, program).u32(8, attachType.iterator)
  return checked(attribute.call(command.linkCreate), `attaching ${name}`)
}

/** One pass of an iterator: a descriptor to read to its end and close; or the negated errno. */
export function startIterator(link: number): number {
  return new Attribute(8).u32(0, link).call(command.iteratorCreate)
}

/** A walk over a hash map in large steps: `LOOKUP_BATCH`, Linux 5.6. */
export interface BatchBuffers {
  readonly keys: Uint8Array
  readonly values: Uint8Array
  readonly entries: number
  /** Where the walk stands, opaque; as long as a key. */
  readonly cursor: Uint8Array
}

/** Fills the buffers with the next entries; says how many and whether more follow, or the negated errno. */
export function lookupBatch(
  map: number,
  buffers: BatchBuffers,
  first: boolean,
): { readonly count: number; readonly more: boolean } | number {
  const attribute = new Attribute(56)
    .pointer(8, buffers.cursor)
    .pointer(16, buffers.keys)
    .pointer(24, buffers.values)
    .u32(32, buffers.entries)
    .u32(36, map)
  if (!first) attribute.pointer(0, buffers.cursor)
  const result = attribute.call(command.lookupBatch)
  if (result < 0 && errnoName(-result) !== 'ENOENT') return result
  return { count: attribute.bytes.readUInt32LE(32), more: result >= 0 }
}

/**
 * Takes an entry out of a hash map, with its last value in one step, so that no count between is lost; where
 * the kernel cannot (before 5.14) it only deletes and the value stays as the caller read it.
 */
export function takeEntry(map: number, key: Uint8Array, value: Uint8Array): void {
  const attribute = new Attribute(32).u32(0, map).pointer(8, key).pointer(16, value)
  const result = attribute.call(command.lookupAndDelete)
  if (result === 0 || errnoName(-result) === 'ENOENT') return
  new Attribute(32).u32(0, map).pointer(8, key).call(command.mapDelete)
}

function checked(result: number, what: string, log = ''): number {
  if (result >= 0) return result
  const name = errnoName(-result)
  const detail = log === '' ? '' : `\n${log}`
  throw new CaptureError(name, `the kernel refused the BPF ${what}: ${name}${detail}`, advice(name))
}

function advice(errno: string): string {
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return 'run as root, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN; e2etop doctor says which is missing'
    case 'ENOMEM':
      return 'raise the limit of locked memory (ulimit -l) or free memory'
    case 'ENOSYS':
      return 'this kernel is built without BPF; the sock_diag source works without'
    default:
      return 'report it with the kernel version (uname -r); the sock_diag source works without BPF'
  }
}
