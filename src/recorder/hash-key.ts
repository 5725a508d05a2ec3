import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** In the log's directory, readable by the recorder only: who has it can tell by trying whose hash a hash is. */
export const hashKeyName = 'hash-key'
const keyBytes = 32

/** The host's key for hashed users, made at its first use and kept, so that a user has one hash in all records. */
export function hashKey(directory: string): Uint8Array {
  const path = join(directory, hashKeyName)
  try {
    const key = readFileSync(path)
    if (key.length === keyBytes) return key
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const key = randomBytes(keyBytes)
  writeFileSync(path, key, { mode: 0o600 })
  return key
}
