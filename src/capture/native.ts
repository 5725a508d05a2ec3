import { createRequire } from 'node:module'
import { arch, constants } from 'node:os'
import { CaptureError } from './capture-error.ts'

/**
 * The few libc calls that capture needs and Node does not have. Each returns the call's result, or the negated
 * errno: what to do about a failure depends on the call, so nothing here throws for one.
 */
export interface Native {
  /** bpf(2); `attribute` and every buffer whose address is in it must stay referenced by the caller. */
  bpf(command: number, attribute: Uint8Array): number
  /** Shared mapping of a descriptor, as a view on the kernel's pages. */
  map(fd: number, offset: number, length: number, access: 'read' | 'write'): Mapping | number
  /** Bytes of a page of memory, the unit of mappings. */
  pageBytes(): number
  /** Where a buffer lies, for pointers inside attribute structures. */
  addressOf(buffer: Uint8Array): bigint
  /** A descriptor, to be closed with `fs.closeSync`. */
  socket(domain: number, type: number, protocol: number): number
  bindSocket(fd: number, address: Uint8Array): number
  connectSocket(fd: number, address: Uint8Array): number
  /** A number is given as an int. */
  setSocketOption(fd: number, level: number, option: number, value: number | Uint8Array): number
  /** Fills `into`; bytes of it that the option has not are left as they are. */
  socketOption(fd: number, level: number, option: number, into: Uint8Array): number
  send(fd: number, message: Uint8Array): number
  /** Another descriptor of the same, to be closed with `fs.closeSync`. */
  duplicate(fd: number): number
  /** Makes `fd` another descriptor of what `of` is. */
  replace(fd: number, of: number): number
  /** flock(2) with LOCK_EX, without waiting: 0, or `-EWOULDBLOCK` where another has it. */
  lockFile(fd: number): number
  /** Bytes received, 0 at the end; `-EAGAIN` where nothing waits, because this never blocks. */
  receive(fd: number, into: Uint8Array): number
}

/** Pages shared with the kernel. Never touch `bytes` after `release`. */
export interface Mapping {
  readonly bytes: Uint8Array
  release(): void
}

/** The parts of koffi used here; its own types are `any`. */
export interface Koffi {
  load(path: null): { func(definition: string): (...values: unknown[]) => unknown }
  address(buffer: Uint8Array): bigint
  view(pointer: unknown, length: number): ArrayBuffer
  errno(): number
}

/** Number of bpf(2) by Node's name of the architecture (arch/x86/entry/syscalls, asm-generic/unistd.h). */
const bpfSyscalls: Record<string, number> = { x64: 321, arm64: 280, riscv64: 280 }

/** MSG_DONTWAIT (linux/socket.h). */
const dontWait = 0x40

/** LOCK_EX and LOCK_NB (sys/file.h). */
const lockExclusive = 2
const lockNonBlocking = 4

const protection = { read: 1, write: 3 }
const mapShared = 1
/** MAP_FAILED, (void *)-1, as koffi gives pointers. */
const mapFailed = 0xffff_ffff_ffff_ffffn

/** `ENOENT` for 2; the number itself for one that this libc has no name for. */
export function errnoName(errno: number): string {
  const found = Object.entries(constants.errno).find(([, number]) => number === errno)
  return found ? found[0] : `errno ${errno}`
}

/**
 * Loads koffi, on first use only: it is a native addon that may be absent, and commands that do not capture
 * should not pay for it. Throws `CaptureError` `no-koffi` or `architecture`.
 */
export function loadNative(): Native {
  loaded ??= bind(loadKoffi())
  return loaded
}
let loaded: Native | undefined

/** For floors that bind other calls themselves. Throws `CaptureError` `no-koffi`. */
export function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi
  } catch (cause) {
    throw new CaptureError(
      'no-koffi',
      'the native module koffi cannot be loaded',
      'run npm ci on this machine, so that the koffi build for its platform is installed',
      cause,
    )
  }
}

function bind(koffi: Koffi): Native {
  const bpfNumber = bpfSyscalls[arch()]
  if (bpfNumber === undefined)
    throw new CaptureError(
      'architecture',
      `the number of bpf(2) on ${arch()} is not known`,
      'x64, arm64 and riscv64 can capture',
    )
  const libc = koffi.load(null)
  const syscall = libc.func('long syscall(long, int, void *, uint32_t)')
  const mmap = libc.func('void *mmap(void *, size_t, int, int, int, long)')
  const munmap = libc.func('int munmap(void *, size_t)')
  const getpagesize = libc.func('int getpagesize()')
  const socket = libc.func('int socket(int, int, int)')
  const bindTo = libc.func('int bind(int, void *, uint32_t)')
  const connectTo = libc.func('int connect(int, void *, uint32_t)')
  const setsockopt = libc.func('int setsockopt(int, int, int, void *, uint32_t)')
  const getsockopt = libc.func('int getsockopt(int, int, int, void *, void *)')
  const send = libc.func('long send(int, void *, size_t, int)')
  const recv = libc.func('long recv(int, void *, size_t, int)')
  const dup = libc.func('int dup(int)')
  const dup2 = libc.func('int dup2(int, int)')
  const flock = libc.func('int flock(int, int)')
  const orErrno = (result: unknown) => (Number(result) < 0 ? -koffi.errno() : Number(result))
  return {
    bpf(command, attribute) {
      const result = Number(syscall(bpfNumber, command, attribute, attribute.length))
      return result < 0 ? -koffi.errno() : result
    },
    map(fd, offset, length, access) {
      const pointer = mmap(null, length, protection[access], mapShared, fd, offset)
      if (pointer === mapFailed) return -koffi.errno()
      return {
        bytes: new Uint8Array(koffi.view(pointer, length)),
        release: () => void munmap(pointer, length),
      }
    },
    pageBytes: () => Number(getpagesize()),
    addressOf: (buffer) => koffi.address(buffer),
    socket: (domain, type, protocol) => orErrno(socket(domain, type, protocol)),
    bindSocket: (fd, address) => orErrno(bindTo(fd, address, address.length)),
    connectSocket: (fd, address) => orErrno(connectTo(fd, address, address.length)),
    setSocketOption(fd, level, option, value) {
      const bytes = typeof value === 'number' ? new Uint8Array(Int32Array.of(value).buffer) : value
      return orErrno(setsockopt(fd, level, option, bytes, bytes.length))
    },
    socketOption(fd, level, option, into) {
      const length = new Uint8Array(Int32Array.of(into.length).buffer)
      return orErrno(getsockopt(fd, level, option, into, length))
    },
    duplicate: (fd) => orErrno(dup(fd)),
    replace: (fd, of) => orErrno(dup2(of, fd)),
    lockFile: (fd) => orErrno(flock(fd, lockExclusive | lockNonBlocking)),
    send: (fd, message) => orErrno(send(fd, message, message.length, 0)),
    receive: (fd, into) => orErrno(recv(fd, into, into.length, dontWait)),
  }
}
