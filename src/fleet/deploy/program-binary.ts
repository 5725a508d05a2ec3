/** What a Linux program needs of a host: as uname(1) names machines, and as `glibc 2.28`, `musl` or '' for none. */
export interface BinaryNeeds {
  readonly machine: string
  readonly libc: string
}

/** Of the ELF header, e_machine. */
const machineAt = 18
const machines: Readonly<Record<number, string>> = {
  0x03: 'i686',
  0x15: 'ppc64le',
  0x16: 's390x',
  0x28: 'armv7l',
  0x3e: 'x86_64',
  0xb7: 'aarch64',
  0xf3: 'riscv64',
  0x102: 'loongarch64',
}
/** The program's interpreter is named near its beginning. */
const interpreterWithin = 4096

/** Undefined of what is no program of Linux. */
export function binaryNeeds(bytes: Buffer): BinaryNeeds | undefined {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const isLittle = bytes[5] === 1
  const number = isLittle ? bytes.readUInt16LE(machineAt) : bytes.readUInt16BE(machineAt)
  const machine = machines[number]
  if (machine === undefined) return undefined
  const beginning = bytes.toString('latin1', 0, interpreterWithin)
  return { machine, libc: /ld-musl/.test(beginning) ? 'musl' : newestGlibc(bytes) }
}

/** Symbols of glibc carry the version that they came with (GNU symbol versioning); the newest one is needed. */
function newestGlibc(bytes: Buffer): string {
  const mark = 'GLIBC_2.'
  let newest = -1
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const [minor] =
      /^\d+/.exec(bytes.toString('latin1', at + mark.length, at + mark.length + 3)) ?? []
    newest = Math.max(newest, Number(minor ?? -1))
  }
  return newest < 0 ? '' : `glibc 2.${newest}`
}
