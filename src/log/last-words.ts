import { crc32 } from 'node:zlib'
import { decodeGap, type Gap } from '../model/gap.ts'
import { count, list, MalformedError, object } from '../model/json-fields.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { LogEnd } from './recover.ts'

/** What the last writer says of itself in the lock file. */
export interface LastWords {
  readonly pid: number
  /** When the log was last written before it came; of a log that is still empty, when the first writer came. */
  readonly since: HostTime
  /** Where in its stream it was to write next what it tells here. */
  readonly next: StreamPlace
  /** What it was given and no disk took. */
  readonly gaps: readonly Gap[]
  /** The rows of it, as one gap that counts them; none where there are none. */
  readonly rows: readonly Gap[]
}

export interface StreamPlace {
  readonly stream: number
  readonly sequence: number
  /** Rows of the stream before it. */
  readonly rowsBefore: number
}

/** As long as most last words ever get; shorter ones are filled up, so that later ones find their blocks there. */
export const lastWordsBytes = 8_192

const lastWords = object<LastWords>({
  pid: count,
  since: (value, where) => hostTime(count(value, where)),
  next: object<StreamPlace>({ stream: count, sequence: count, rowsBefore: count }),
  gaps: list(decodeGap, limits.lastWordsGapsMax),
  rows: list(decodeGap, 1),
})
export const nobodysWords: LastWords = {
  pid: 0,
  since: hostTime(Infinity),
  next: { stream: 0, sequence: 0, rowsBefore: 0 },
  gaps: [],
  rows: [],
}

/** A line: CRC-32 of the JSON behind it, in hexadecimal. ASCII, so that its length is that of its bytes. */
export function encodeLastWords(words: LastWords): string {
  const gaps = words.gaps.slice(-limits.lastWordsGapsMax)
  return `${checked(JSON.stringify({ ...words, gaps }))}\n`.padEnd(lastWordsBytes)
}

/** Those of nobody where the file is new or does not check. */
export function decodeLastWords(bytes: Uint8Array): LastWords {
  const [line = ''] = new TextDecoder().decode(bytes).split('\n', 1)
  const json = line.slice(9)
  if (line !== checked(json)) return nobodysWords
  try {
    return lastWords(JSON.parse(json), 'last words')
  } catch (error) {
    if (error instanceof MalformedError || error instanceof SyntaxError) return nobodysWords
    throw error
  }
}

/**
 * What of the words is not in the log, which ends at `end`: a writer may be killed after it wrote what it had told here
 * and before it could take it back. The gaps are in the first frame of such a write, the rows in those that follow.
 */
export function stillMissing({ next, gaps, rows }: LastWords, end: LogEnd | undefined): Gap[] {
  const wentOn = end?.stream === next.stream && (end.sequence ?? 0) > next.sequence
  if (!wentOn) return [...gaps, ...rows]
  const written = end.rows - next.rowsBefore
  return rows
    .filter((gap) => gap.count > written)
    .map((gap) => ({ ...gap, count: gap.count - written }))
}

const checked = (json: string) => `${crc32(json).toString(16).padStart(8, '0')} ${json}`
