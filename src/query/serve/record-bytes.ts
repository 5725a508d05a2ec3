import { cleanText } from '../../model/clean-text.ts'
import { bytesInMemory } from '../../model/column-block.ts'
import { decodeFlows, encodeFlows, recordsAt } from '../../model/flow-block.ts'
import { openFlows } from '../../model/flow-columns.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { list, MalformedError, object, oneOf, text, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import type { RecordedBy, RecordPiece, RecordQuestion, SourceFile } from '../asking.ts'
import { optional, wholeNumber } from '../encoding/checks.ts'
import { hostCoverage } from '../encoding/coverage-fields.ts'
import { decodeQuestion, encodeQuestion } from '../encoding/question-bytes.ts'
import { allRows } from '../run/selection.ts'
import { orderNames } from '../words/order-words.ts'

type Best = RecordQuestion['best']
type Decoded<K extends string, T> =
  ({ readonly ok: true } & Readonly<Record<K, T>>) | { readonly ok: false; readonly why: string }

/** A question for records as it travels: `u32 length of JSON | JSON of what is best | the rest as a question`. */
export function encodeRecordQuestion({ best, withFiles, ...asked }: RecordQuestion): Uint8Array {
  const question = encodeQuestion({
    ...asked,
    by: [],
    measures: [{ kind: 'flows' }],
    booking: 'at end',
    groupsSent: 0,
  })
  return headed({ best, withFiles }, question)
}

const bestOf = object<NonNullable<Best>>({
  by: oneOf(orderNames),
  most: wholeNumber(1, limits.recordsShown),
})

export const decodeRecordQuestion = (bytes: Uint8Array): Decoded<'question', RecordQuestion> =>
  decoding(bytes, 'question', (head, rest) => {
    const { best, withFiles } = object<{ best: Best; withFiles: true | undefined }>({
      best: optional(bestOf),
      withFiles: (value) => (value === true ? true : undefined),
    })(head, 'question')
    const decoded = decodeQuestion(rest)
    if (!decoded.ok) throw new MalformedError(decoded.why)
    const { where, range, budget } = decoded.question
    return {
      ...(where && { where }),
      range,
      budget,
      ...(best && { best }),
      ...(withFiles && { withFiles }),
    }
  })

/** A piece of an answer: `u32 length of JSON | JSON of where it is from, or of the coverage | block of flows`. */
export function encodeRecordPiece(piece: Exclude<RecordPiece, { kind: 'silent' }>): Uint8Array {
  if (piece.kind === 'end') {
    const { coverage, files } = piece
    return headed({ coverage, files }, new Uint8Array())
  }
  const { host, by, columns, rows } = piece
  return headed({ host, by }, encodeFlows(recordsAt(columns, rows), 'stored'))
}

const digits: Check<string> = (value, where) => {
  const checked = text((one) => one)(value, where)
  if (!/^[0-9a-f]{32}$/.test(checked)) throw new MalformedError(`${where}: not 32 digits`)
  return checked
}
const sourceFile = object<SourceFile>({
  name: text((value) => cleanText(value, limits.nameLength)),
  bytes: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  sha256: (value, where) => {
    const checked = text((one) => one)(value, where)
    if (!/^([0-9a-f]{64})?$/.test(checked)) throw new MalformedError(`${where}: no sha256`)
    return checked
  },
})
const recordedBy = object<RecordedBy>({
  hostId: optional(digits),
  bootId: digits,
  stream: wholeNumber(0, Number.MAX_SAFE_INTEGER),
})
const name = text((one) => one)

/** Checked whole; `change` is applied to each record. */
export const decodeRecordPiece = (
  bytes: Uint8Array,
  change?: (record: FlowRecord) => FlowRecord,
): Decoded<'piece', Exclude<RecordPiece, { kind: 'silent' }>> =>
  decoding(bytes, 'piece', (head, rest) => {
    const told = object({
      coverage: optional(hostCoverage),
      files: optional(list(sourceFile, limits.logFilesMax)),
      host: optional(name),
      by: optional(recordedBy),
    })(head, 'piece')
    const { coverage, files, host, by } = told
    if (coverage) return { kind: 'end', coverage, files: files ?? [] }
    const flows = decodeFlows(rest)
    if (!flows.ok || host === undefined || !by) throw new MalformedError('records: damaged')
    const block = change ? encodeFlows(flows.flows.map(change)) : rest
    const opened = openFlows(bytesInMemory(block))
    if (!opened.ok) throw new MalformedError('records: damaged')
    return {
      kind: 'records',
      host,
      by,
      columns: opened.columns,
      rows: allRows(opened.columns.rows),
    }
  })

function headed(head: object, rest: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, rest])
}

function decoding<K extends string, T>(
  bytes: Uint8Array,
  key: K,
  decode: (head: unknown, rest: Uint8Array) => T,
): Decoded<K, T> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const end = 4 + (buffer.length >= 4 ? buffer.readUInt32LE(0) : Infinity)
    if (end > buffer.length) throw new MalformedError('it is cut short')
    const head: unknown = JSON.parse(buffer.toString('utf8', 4, end))
    return { ok: true, [key]: decode(head, buffer.subarray(end)) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: 'it is not JSON' }
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}
