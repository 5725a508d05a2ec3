import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MalformedError, list, object, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import type { MeasureState } from '../aggregate/measure-state.ts'
import { stateKinds } from '../aggregate/merge-states.ts'
import type { StateColumn } from '../aggregate/state-column.ts'
import { largerHalf } from '../aggregate/sent-part.ts'
import { thinnedPart } from '../aggregate/thinned-part.ts'
import { compacted, type CompactAnswer, type CompactGroups } from '../compact-answer.ts'
import { countOfWords } from '../key-words.ts'
import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import type { Measure, Question } from '../question.ts'
import { AnswerColumns, ColumnMemory, encodeNumbers } from './answer-columns.ts'
import { binBegin, optional, wholeNumber } from './checks.ts'
import { hostCoverage, plainCoverage } from './coverage-fields.ts'
import { amount, plainState, stateOf } from './state-texts.ts'
import { countsOf, encodeWords, wordCounts, wordsIn, type WordCounts } from './word-columns.ts'

/** `magic u32 | version u16 | form u16 | body`; the body is `length u32 | JSON | columns of numbers`. Little endian. */
const magic = 0x3150_3265 // "e2P1"
const version = 3
const form = { plain: 0, deflated: 1 } as const
const headBytes = 8

/**
 * A partial answer as it travels. Groups go column by column, names and numbers in bytes: JSON of them takes both sides
 * five times as long. Small answers are not deflated, because that takes longer than
 * most links save. Sketches are thinned where they would be most of it. Where groups are more bytes than a host may send, the smaller half of them stays in the rest, again
 * and again: an answer is less exact then, and says so, but never too long.
 */
export function encodePartial(
  question: Question,
  partial: PartialAnswer,
  bytesMax: number = limits.partialBytesMax,
): Uint8Array {
  for (let sent = thinnedPart(question, partial); ; sent = largerHalf(question, sent)) {
    if (sent.groups.length > limits.partialGroupsMax) continue
    const body = bodyOf(compacted(question, sent))
    if (sent.groups.length > 0 && body.length > limits.partialBodyBytesMax) continue
    const isSmall = body.length <= Math.min(limits.partialPlainBytesMax, bytesMax - headBytes)
    const rest = isSmall ? body : deflateRawSync(body, { level: 6 })
    if (sent.groups.length > 0 && headBytes + rest.length > bytesMax) continue
    const head = Buffer.alloc(headBytes)
    head.writeUInt32LE(magic, 0)
    head.writeUInt16LE(version, 4)
    head.writeUInt16LE(isSmall ? form.plain : form.deflated, 6)
    return Buffer.concat([head, rest])
  }
}

function bodyOf({ groups, rest, coverage }: CompactAnswer): Uint8Array {
  const { rows, keys, bins, states, unsent } = groups
  const plain: Plain = {
    rows,
    words: keys.map(({ words }) => countsOf(words)),
    states: states.map((column) => (column.kind === 'totals' ? [] : column.states.map(plainState))),
    unsent: unsent && Array.from(unsent, (value) => (Number.isNaN(value) ? null : value)),
    rest: {
      groups: rest.groups,
      states: rest.states.map(plainState),
      residual: rest.residual ?? null,
    },
    coverage: coverage.map(plainCoverage),
  }
  const columns = [
    ...keys.flatMap(({ words, at }) => [...encodeWords(words), encodeNumbers(at)]),
    ...(bins ? [encodeNumbers(bins)] : []),
    ...states.flatMap((column) => (column.kind === 'totals' ? [encodeNumbers(column.values)] : [])),
  ]
  const json = Buffer.from(JSON.stringify(plain))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(json.length)
  return Buffer.concat([head, json, ...columns])
}

/** What of an answer is JSON. Of totals there is nothing in `states`: they are columns of numbers. */
interface Plain {
  readonly rows: number
  readonly words: readonly WordCounts[]
  readonly states: readonly (readonly unknown[])[]
  readonly unsent: readonly (number | null)[] | undefined
  readonly rest: Omit<Rest, 'states' | 'residual'> & {
    readonly states: readonly unknown[]
    readonly residual: number | null
  }
  readonly coverage: readonly HostCoverage[]
}

export type DecodedPartial =
  | { readonly ok: true; readonly partial: CompactAnswer }
  /** What is wrong with it, in words. */
  | { readonly ok: false; readonly why: string }

/**
 * An answer to this question, of a host that may be hostile: every field is checked against what was asked, and text is
 * cleaned. A group that comes twice counts as the sum of both. Whether the host is who it says it is, its coverage
 * cannot tell.
 *
 * @param memory may be given again for another answer, once what was decoded is of no more use
 */
export function decodePartial(
  question: Question,
  bytes: Uint8Array,
  memory = new ColumnMemory(),
): DecodedPartial {
  const damaged = (why: string): DecodedPartial => ({ ok: false, why })
  if (bytes.length > limits.partialBytesMax) return damaged('the answer is too long')
  if (bytes.length < headBytes) return damaged('the answer is cut short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) return damaged('this is no answer')
  if (view.getUint16(4, true) !== version)
    return damaged('the answer is of another version of e2etop')
  try {
    const body = inflated(view.getUint16(6, true), bytes.subarray(headBytes))
    return { ok: true, partial: partialOf(question, body, memory) }
  } catch (error) {
    if (error instanceof MalformedError) return damaged(error.message)
    throw error
  }
}

function inflated(how: number, body: Uint8Array): Uint8Array {
  if (how === form.plain) return body
  try {
    return inflateRawSync(body, { maxOutputLength: limits.partialBodyBytesMax })
  } catch (cause) {
    throw new MalformedError('the answer cannot be inflated', { cause })
  }
}

function partialOf(question: Question, body: Uint8Array, memory: ColumnMemory): CompactAnswer {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const jsonEnd = body.length < 4 ? 0 : 4 + view.getUint32(0, true)
  if (jsonEnd < 4 || jsonEnd > body.length) throw new MalformedError('the answer is cut short')
  const plain = plainOf(question)(parsed(body.subarray(4, jsonEnd)), 'answer')
  const columns = new AnswerColumns(body.subarray(jsonEnd), memory)
  const groups = groupsOf(question, plain, columns)
  columns.end()
  return { groups, rest: plain.rest, coverage: plain.coverage }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parsed(json: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(json))
  } catch (cause) {
    throw new MalformedError('the answer is no JSON', { cause })
  }
}

interface Checked extends Pick<Plain, 'rows' | 'words' | 'coverage'> {
  readonly states: readonly (readonly unknown[])[]
  readonly unsent: readonly (number | undefined)[] | undefined
  readonly rest: Rest
}

const anything: Check<unknown> = (value) => value
/** A list of so many, one for each of something. */
const each =
  <T>(check: Check<T>, length: number): Check<T[]> =>
  (value, where) => {
    const found = list(check, length)(value, where)
    if (found.length !== length) throw new MalformedError(`${where}: not ${length}`)
    return found
  }

function plainOf({ by, measures }: Question): Check<Checked> {
  const rowsMax = limits.partialGroupsMax
  return object<Checked>({
    rows: wholeNumber(0, rowsMax),
    words: each(wordCounts, by.length),
    states: each(list(anything, rowsMax), measures.length),
    unsent: optional(list(optional(amount), rowsMax)),
    rest: object<Rest>({
      groups: wholeNumber(0, Number.MAX_SAFE_INTEGER),
      states: (value, where) =>
        each(anything, measures.length)(value, where).map((state, i) =>
          stateOf(measures[i]!)(state, `${where}[${i}]`),
        ),
      residual: optional(amount),
    }),
    coverage: list(hostCoverage, limits.partialHostsMax),
  })
}

function groupsOf(
  { bin, measures }: Question,
  plain: Checked,
  columns: AnswerColumns,
): CompactGroups {
  const { rows, words, states, unsent } = plain
  const keys = words.map((counts) => {
    const ofKey = wordsIn(columns, counts)
    const at = columns.words(rows)
    const end = countOfWords(ofKey)
    for (let row = 0; row < rows; row++)
      if (at[row]! >= end) throw new MalformedError('answer: a value that is not there')
    return { words: ofKey, at }
  })
  const bins =
    bin === undefined
      ? undefined
      : columns.floats(rows).map((begin) => binBegin(bin)(begin, 'answer.bins'))
  if (unsent && unsent.length !== rows) throw new MalformedError('answer.unsent: not one a row')
  return {
    rows,
    keys,
    bins,
    states: measures.map((measure, i) => stateColumn(measure, states[i]!, { rows, columns })),
    unsent: unsent && Float64Array.from(unsent, (value) => value ?? NaN),
  }
}

function stateColumn(
  measure: Measure,
  plain: readonly unknown[],
  { rows, columns }: { readonly rows: number; readonly columns: AnswerColumns },
): StateColumn {
  if (stateKinds[measure.kind] === 'total') {
    const values = columns.floats(rows)
    for (let row = 0; row < rows; row++) amount(values[row]!, 'answer.states')
    return { kind: 'totals', values }
  }
  const states: MeasureState[] = each(stateOf(measure), rows)(plain, 'answer.states')
  return { kind: 'states', states }
}
