import { readFileSync } from 'node:fs'
import { loadKoffi } from '../capture/native.ts'

/** Of linux/prctl.h and the capset(2) ABI, version 3. */
const setKeepCaps = 8
const setNoNewPrivs = 38
const capabilityVersion3 = 0x2008_0522

/** The capabilities that this process may use or take up, one bit each. */
export function heldCapabilities(): bigint {
  const permitted = /^CapPrm:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return BigInt(`0x${permitted ?? '0'}`)
}

/**
 * Runs `changeUser` (which leaves root, if that is not done) and afterwards holds exactly `kept` in this thread; Node's other threads hold
 * none, and do nothing that needs one. New privileges (setuid programs) are ruled out for ever.
 */
export function setCapabilities(kept: readonly number[], changeUser: () => void): void {
  const koffi = loadKoffi()
  const libc = koffi.load(null)
  const prctl = libc.func(
    'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
  )
  const capset = libc.func('int capset(void *header, void *data)')
  const must = (result: unknown, what: string) => {
    if (result !== 0) throw new Error(`${what} refused (errno ${koffi.errno()})`)
  }
  must(prctl(setKeepCaps, 1, 0, 0, 0), 'prctl(PR_SET_KEEPCAPS)')
  changeUser()
  const header = new Uint32Array([capabilityVersion3, 0])
  // Two triples (effective, permitted, inheritable): capabilities 0-31, then 32-63.
  const data = new Uint32Array(6)
  for (const number of kept) {
    const word = number < 32 ? 0 : 3
    data[word]! |= 1 << (number & 31)
    data[word + 1]! |= 1 << (number & 31)
  }
  must(capset(header, data), 'capset')
  must(prctl(setNoNewPrivs, 1, 0, 0, 0), 'prctl(PR_SET_NO_NEW_PRIVS)')
}
