import { crc32 } from 'node:zlib'
import { decodeGap, type Gap } from '../model/gap.ts'
import { count, list, MalformedError, object } from '../model/json-fields.ts'
import { limits } from '../model/limits.ts'

/** What the last writer says of itself in the lock file. */
export interface LastWords {
  readonly pid: number
  /** What it was given and no disk took. */
  readonly gaps: readonly Gap[]
}

/** As long as most last words ever get; shorter ones are filled up, so that later ones find their blocks there. */
export const lastWordsBytes = 8_192

const lastWords = object<LastWords>({
  pid: count,
  gaps: list(decodeGap, limits.lastWordsGapsMax),
})

/** A line: CRC-32 of the JSON behind it, in hexadecimal. ASCII, so that its length is that of its bytes. */
export function encodeLastWords({ pid, gaps }: LastWords): string {
  const json = JSON.stringify({ pid, gaps: gaps.slice(-limits.lastWordsGapsMax) })
  return `${checked(json)}\n`.padEnd(lastWordsBytes)
}

/** Those of nobody where the file is new or does not check. */
export function decodeLastWords(bytes: Uint8Array): LastWords {
  const [line = ''] = new TextDecoder().decode(bytes).split('\n', 1)
  const json = line.slice(9)
  const nobody = { pid: 0, gaps: [] }
  if (line !== checked(json)) return nobody
  try {
    return lastWords(JSON.parse(json), 'last words')
  } catch (error) {
    if (error instanceof MalformedError || error instanceof SyntaxError) return nobody
    throw error
  }
}

const checked = (json: string) => `${crc32(json).toString(16).padStart(8, '0')} ${json}`
