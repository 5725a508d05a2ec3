import { decodeCaptureStatus } from '../../model/capture-status.ts'
import { cleanText } from '../../model/clean-text.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { decodeFlows, encodeFlows } from '../../model/flow-block.ts'
import { decodeGap } from '../../model/gap.ts'
import {
  count,
  list,
  MalformedError,
  object,
  oneOf,
  text,
  type Check,
} from '../../model/json-fields.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import { optional } from '../encoding/checks.ts'
import type { Answer, AppliedFilter, Coverage } from '../session.ts'
import { groupValue } from '../encoding/checks.ts'
import type { GroupTotals } from '../totals.ts'

/**
 * A live answer as it travels: `u32 length of the JSON | JSON of coverage and groups | block of flows`. At most
 * `fleetLimits.serveFlowsMax` flows go, those with most bytes; how many stayed is told in the coverage.
 */
export function encodeLiveAnswer({ rows, coverage }: Answer): Uint8Array {
  const all = rows.kind === 'flows' ? rows.flows : []
  const flows = all.length > fleetLimits.serveFlowsMax ? largest(all) : all
  const flowsLetGo = coverage.flowsLetGo + all.length - flows.length
  const groups = rows.kind === 'totals' ? rows.groups : undefined
  const told = { coverage: { ...coverage, flowsLetGo }, groups }
  const json = Buffer.from(JSON.stringify(told))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, ...(groups ? [] : [encodeFlows(flows)])])
}

const bytesOf = (flow: FlowRecord) => flow.txBytes + flow.rxBytes
const largest = (flows: readonly FlowRecord[]) =>
  flows.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, fleetLimits.serveFlowsMax)

export type DecodedLiveAnswer =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly why: string }

/** Each field is checked and text is cleaned: a host may be hostile. */
export function decodeLiveAnswer(bytes: Uint8Array): DecodedLiveAnswer {
  try {
    return { ok: true, answer: decoded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: 'an answer is not JSON' }
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}

function decoded(bytes: Buffer): Answer {
  if (bytes.length < 4) throw new MalformedError('an answer is cut short')
  const end = 4 + bytes.readUInt32LE(0)
  if (end > bytes.length) throw new MalformedError('an answer is cut short')
  const { coverage, groups } = told(JSON.parse(bytes.toString('utf8', 4, end)), 'answer')
  if (groups) return { rows: { kind: 'totals', groups }, coverage }
  const block = decodeFlows(bytes.subarray(end))
  if (!block.ok) throw new MalformedError(`flows: ${block.damage}`)
  if (block.flows.length > fleetLimits.serveFlowsMax) throw new MalformedError('flows: too many')
  return { rows: { kind: 'flows', flows: block.flows }, coverage }
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))
const time: Check<HostTime> = (value, where) => hostTime(count(value, where))

const filter = object<AppliedFilter>({ text: sentence, flowsUntested: count })
type CoverageFields = Omit<Coverage, 'filter'> & { readonly filter: AppliedFilter | undefined }
const coverageFields = object<CoverageFields>({
  host: name,
  from: time,
  to: time,
  capture: decodeCaptureStatus,
  flowsLetGo: count,
  gaps: list(decodeGap, limits.gapsToldMax),
  attached: (value, where) => oneOf(['true', 'false'])(String(value), where) === 'true',
  filter: optional(filter),
  stale: optional(sentence),
})
const coverageOf: Check<Coverage> = (value, where) => {
  const { filter, ...rest } = coverageFields(value, where)
  return filter ? { ...rest, filter } : rest
}
const groupOf = object<GroupTotals>({
  key: list(groupValue, limits.questionKeysMax),
  flows: count,
  openFlows: count,
  txBytes: count,
  rxBytes: count,
  txPackets: count,
  rxPackets: count,
})
const told = object<{ coverage: Coverage; groups: readonly GroupTotals[] | undefined }>({
  coverage: coverageOf,
  groups: optional(list(groupOf, fleetLimits.serveGroupsMax)),
})
