import { readFileSync } from 'node:fs'
import { CaptureError } from '../capture-error.ts'
import { Btf } from './btf.ts'

const path = '/sys/kernel/btf/vmlinux'

/** The running kernel's type information. Throws `CaptureError` `no-btf` where it cannot be read. */
export function readBtf(): Btf {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new CaptureError(
      'no-btf',
      `the kernel's type information cannot be read from ${path}`,
      'it needs a kernel built with CONFIG_DEBUG_INFO_BTF, as distributions have it',
      cause,
    )
  }
  return new Btf(bytes)
}
