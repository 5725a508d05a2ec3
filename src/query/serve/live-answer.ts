import { decodeCaptureStatus } from '../../model/capture-status.ts'
import { cleanText } from '../../model/clean-text.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { decodeFlows, encodeFlows } from '../../model/flow-block.ts'
import { decodeInterfaces } from '../../model/host-interface.ts'
import { decodeGap, gapReason, type Gap } from '../../model/gap.ts'
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
import { whereaboutsTold } from '../encoding/coverage-fields.ts'
import type { Answer, AppliedFilter, Coverage } from '../session.ts'
import { groupValue } from '../encoding/checks.ts'
import type { GroupTotals } from '../totals.ts'

/**
 * Live answers of one view as they travel: `u32 length of the JSON | JSON | block of flows`. The JSON is of the coverage,
 * the groups, and the ids of flows that are no more in the answer; the block has those flows that are not as they were
 * in the answer before. At most `fleetLimits.serveFlowsMax` flows are in an answer, those with most bytes; since when
 * and how many are not is told as a gap.
 */
export class LiveAnswerWriter {
  #sent = new Map<number, FlowRecord>()
  #from = 0
  /** Since when there are more flows than are told. */
  #cutSince: HostTime | undefined

  encode({ rows, coverage }: Answer): Uint8Array {
    if (rows.kind === 'totals') return pieces({ coverage, groups: rows.groups, gone: [] }, [])
    const flows = largest(rows.flows)
    const gaps = this.#withCut(coverage, rows.flows.length - flows.length)
    const before = coverage.from === this.#from ? this.#sent : new Map<number, FlowRecord>()
    const gone = new Set(this.#sent.keys())
    this.#sent = new Map(flows.map((flow) => [flow.id, flow]))
    this.#from = coverage.from
    // A flow that has changed is another object; one of a new run may have the id of an old one.
    const changed = flows.filter((flow) => before.get(flow.id) !== flow)
    for (const { id } of flows) gone.delete(id)
    return pieces({ coverage: { ...coverage, gaps }, gone: [...gone] }, changed)
  }

  #withCut({ gaps, to }: Coverage, count: number): readonly Gap[] {
    this.#cutSince = count === 0 ? undefined : (this.#cutSince ?? to)
    if (this.#cutSince === undefined) return gaps
    const cut = { from: this.#cutSince, to, reason: gapReason.tooManyFlows, count }
    return [...gaps.slice(1 - limits.gapsToldMax), cut]
  }
}

function pieces(told: object, flows: readonly FlowRecord[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(told))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, encodeFlows(flows)])
}

const bytesOf = (flow: FlowRecord) => flow.txBytes + flow.rxBytes
const largest = (flows: readonly FlowRecord[]) =>
  flows.length <= fleetLimits.serveFlowsMax
    ? flows
    : flows.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, fleetLimits.serveFlowsMax)

export type DecodedLiveAnswer =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly why: string }

/** The other end of a `LiveAnswerWriter`. Each field is checked and text is cleaned: a host may be hostile. */
export class LiveAnswerReader {
  readonly #flows = new Map<number, FlowRecord>()

  decode(bytes: Uint8Array): DecodedLiveAnswer {
    try {
      const answer = this.#decoded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      return { ok: true, answer }
    } catch (error) {
      if (error instanceof SyntaxError) return { ok: false, why: 'an answer is not JSON' }
      if (error instanceof MalformedError) return { ok: false, why: error.message }
      throw error
    }
  }

  #decoded(bytes: Buffer): Answer {
    if (bytes.length < 4) throw new MalformedError('an answer is cut short')
    const end = 4 + bytes.readUInt32LE(0)
    if (end > bytes.length) throw new MalformedError('an answer is cut short')
    const { coverage, groups, gone } = told(JSON.parse(bytes.toString('utf8', 4, end)), 'answer')
    if (groups) return { rows: { kind: 'totals', groups }, coverage }
    const block = decodeFlows(bytes.subarray(end))
    if (!block.ok) throw new MalformedError(`flows: ${block.damage}`)
    for (const id of gone) this.#flows.delete(id)
    for (const flow of block.flows) this.#flows.set(flow.id, flow)
    if (this.#flows.size > fleetLimits.serveFlowsMax) throw new MalformedError('flows: too many')
    return { rows: { kind: 'flows', flows: [...this.#flows.values()] }, coverage }
  }
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))
const time: Check<HostTime> = (value, where) => hostTime(count(value, where))

const filter = object<AppliedFilter>({ text: sentence, flowsUntested: count })
type Optional = 'filter' | 'interfaces' | 'whereabouts'
type CoverageFields = Omit<Coverage, Optional> & {
  readonly [K in Optional]: Coverage[K] | undefined
}
const coverageFields = object<CoverageFields>({
  host: name,
  from: time,
  to: time,
  capture: decodeCaptureStatus,
  flowsLetGo: count,
  gaps: list(decodeGap, limits.gapsToldMax),
  attached: (value, where) => oneOf(['true', 'false'])(String(value), where) === 'true',
  filter: optional(filter),
  interfaces: optional(decodeInterfaces),
  whereabouts: optional(list(whereaboutsTold, 1)),
  stale: optional(sentence),
})
const coverageOf: Check<Coverage> = (value, where) => {
  const { filter, interfaces, whereabouts, ...rest } = coverageFields(value, where)
  return {
    ...rest,
    ...(filter && { filter }),
    ...(interfaces && { interfaces }),
    ...(whereabouts && { whereabouts }),
  }
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
interface Told {
  readonly coverage: Coverage
  readonly groups: readonly GroupTotals[] | undefined
  readonly gone: readonly number[]
}
const told = object<Told>({
  coverage: coverageOf,
  groups: optional(list(groupOf, fleetLimits.serveGroupsMax)),
  gone: list(count, fleetLimits.serveFlowsMax),
})
