import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MalformedError, list, object, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { nameId, ranked } from '../aggregate/ranking.ts'
import { sentPart } from '../aggregate/sent-part.ts'
import type { GroupValue } from '../group-name.ts'
import type { HostCoverage, PartialAnswer, Rest } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Question } from '../question.ts'
import { binBegin, groupValue, optional, wholeNumber } from './checks.ts'
import { hostCoverage, plainCoverage } from './coverage-fields.ts'
import { amount, columnOf, plainColumn, plainState, stateOf } from './state-texts.ts'

/** `magic u32 | version u16 | reserved u16 | raw deflate of JSON`, little endian. */
const magic = 0x3150_3265 // "e2P1"
const version = 1
const headBytes = 8

/**
 * A partial answer as it travels. Groups go column by column, because like next to like deflates to a third less. Where
 * they are more bytes than a host may send, the smaller half of them stays in the rest, again and again: an answer is
 * less exact then, and says so, but never too long.
 */
export function encodePartial(
  question: Question,
  partial: PartialAnswer,
  bytesMax: number = limits.partialBytesMax,
): Uint8Array {
  for (let sent = partial; ; sent = half(question, sent)) {
    const json = JSON.stringify(plainPartial(question, sent))
    if (sent.groups.length > 0 && json.length > limits.partialJsonBytesMax / 4) continue
    const deflated = deflateRawSync(json, { level: 6 })
    if (sent.groups.length > 0 && headBytes + deflated.length > bytesMax) continue
    const head = Buffer.alloc(headBytes)
    head.writeUInt32LE(magic, 0)
    head.writeUInt16LE(version, 4)
    return Buffer.concat([head, deflated])
  }
}

/** Of a second round too: who asked for a group that is missing is told what it may hold. */
const half = ({ measures }: Question, partial: PartialAnswer): PartialAnswer =>
  sentPart({ measures, groupsSent: Math.floor(partial.groups.length / 2) }, partial)

const plainPartial = ({ by, bin }: Question, { groups, rest, coverage }: PartialAnswer) => {
  const { keys, bins, states, unsent } = groups.columns
  return {
    keys: by.map((_, i) => keys.map((key) => key[i])),
    ...(bin !== undefined && { bins: Array.from(bins ?? []) }),
    states: states.map(plainColumn),
    // JSON has null for NaN.
    unsent: Array.from(unsent),
    rest: {
      groups: rest.groups,
      states: rest.states.map(plainState),
      residual: rest.residual ?? null,
    },
    coverage: coverage.map(plainCoverage),
  }
}

export type DecodedPartial =
  | { readonly ok: true; readonly partial: PartialAnswer }
  /** What is wrong with it, in words. */
  | { readonly ok: false; readonly why: string }

/**
 * An answer to this question, of a host that may be hostile: every field is checked against what was asked, and text is
 * cleaned. Whether the host is who it says it is, its coverage cannot tell.
 */
export function decodePartial(question: Question, bytes: Uint8Array): DecodedPartial {
  const damaged = (why: string): DecodedPartial => ({ ok: false, why })
  if (bytes.length > limits.partialBytesMax) return damaged('the answer is too long')
  if (bytes.length < headBytes) return damaged('the answer is cut short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== magic) return damaged('this is no answer')
  if (view.getUint16(4, true) > version)
    return damaged('the answer is of a later version of e2etop')
  try {
    return { ok: true, partial: partialOf(question)(parsed(bytes.subarray(headBytes)), 'answer') }
  } catch (error) {
    if (error instanceof MalformedError) return damaged(error.message)
    throw error
  }
}

function parsed(deflated: Uint8Array): unknown {
  try {
    const json = inflateRawSync(deflated, { maxOutputLength: limits.partialJsonBytesMax })
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json))
  } catch (cause) {
    throw new MalformedError('the answer is no deflated JSON', { cause })
  }
}

interface Plain {
  readonly keys: readonly (readonly GroupValue[])[]
  readonly bins: readonly unknown[] | undefined
  readonly states: readonly (readonly unknown[])[]
  readonly unsent: readonly (number | undefined)[]
  readonly rest: Rest
  readonly coverage: readonly HostCoverage[]
}

const anything: Check<unknown> = (value) => value

function partialOf(question: Question): Check<PartialAnswer> {
  const { by, measures } = question
  const rows = limits.partialGroupsMax
  const plain = object<Plain>({
    keys: list(list(groupValue, rows), by.length),
    bins: optional(list(anything, rows)),
    states: list(list(anything, rows), measures.length),
    unsent: list(optional(amount), rows),
    rest: object<Rest>({
      groups: wholeNumber(0, Number.MAX_SAFE_INTEGER),
      states: (value, where) => {
        const states = list(anything, measures.length)(value, where)
        if (states.length !== measures.length)
          throw new MalformedError(`${where}: not one a measure`)
        return states.map((state, i) => stateOf(measures[i]!)(state, `${where}[${i}]`))
      },
      residual: optional(amount),
    }),
    coverage: list(hostCoverage, limits.partialHostsMax),
  })
  return (value, where) => {
    const { rest, coverage, ...columns } = plain(value, where)
    const groups = groupsOf(question, columns, where)
    return { groups: ranked(groups, measures[0]!), rest, coverage }
  }
}

type Columns = Pick<Plain, 'keys' | 'bins' | 'states' | 'unsent'>

/** @throws MalformedError where the columns are not as long as each other, or a group comes twice. */
function groupsOf(question: Question, columns: Columns, where: string): PartialGroups {
  const { keys, bins, states, unsent } = columns
  const { by, bin, measures } = question
  const all = [...keys, ...states, ...(bins ? [bins] : [])]
  const expected = by.length + measures.length + (bin === undefined ? 0 : 1)
  if (all.length !== expected || all.some(({ length }) => length !== unsent.length))
    throw new MalformedError(`${where}: columns do not fit the question`)
  const begins = bin === undefined ? undefined : bins!.map((one) => binBegin(bin)(one, where))
  // Its values were checked as columns.
  const keyLists = unsent.map((_, group) => keys.map((column) => column[group]!))
  const groups = new PartialGroups({
    keys: keyLists,
    bins: begins && Float64Array.from(begins),
    states: measures.map((measure, i) => columnOf(measure)(states[i], where)),
    unsent: Float64Array.from(unsent, (one) => one ?? NaN),
  })
  const names = new Set<string>()
  for (let group = 0; group < groups.length; group++) names.add(nameId(groups.nameAt(group)))
  if (names.size < groups.length) throw new MalformedError(`${where}: a group comes twice`)
  return groups
}
