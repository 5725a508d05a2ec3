import { closeSync, openSync } from 'node:fs'
import { CaptureError } from '../../capture-error.ts'
import { loadNative, type Native } from '../../native.ts'

const stderr = 2

/**
 * Calls native code that writes to stderr by itself: cap warns there of every interface without an IPv4 address, which
 * is nothing to warn of. Where stderr cannot be moved aside, it is not.
 */
export function quietly<Result>(call: () => Result): Result {
  const native = nativeIfThere()
  const kept = native?.duplicate(stderr) ?? -1
  if (!native || kept < 0) return call()
  const nowhere = openSync('/dev/null', 'w')
  native.replace(stderr, nowhere)
  try {
    return call()
  } finally {
    native.replace(stderr, kept)
    closeSync(nowhere)
    closeSync(kept)
  }
}

function nativeIfThere(): Native | undefined {
  try {
    return loadNative()
  } catch (error) {
    if (error instanceof CaptureError) return undefined
    throw error
  }
}
