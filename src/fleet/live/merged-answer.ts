import { sights, type CaptureStatus, type Loss } from '../../model/capture-status.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { Interfaces } from '../../model/host-interface.ts'
import type { Gap } from '../../model/gap.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { GroupValue } from '../../query/group-name.ts'
import type { HostMark } from '../../query/host-mark.ts'
import { listOfHosts, nameOfMany, silenceText, type HostOfMany } from '../../query/hosts-of-many.ts'
import type { Answer, AnswerRows, Coverage, Query } from '../../query/session.ts'
import { Totals } from '../../query/totals.ts'
import type { WhereaboutsTold } from '../../query/whereabouts.ts'
import { shiftFor } from '../shifted.ts'
import type { Silence } from '../silence.ts'
import type { MeasuredOffset } from '../clock-offset.ts'

/** What is known of one host of a live view. */
export interface HostPart {
  readonly host: string
  readonly offset: MeasuredOffset | undefined
  readonly version?: string | undefined
  readonly mark?: HostMark | undefined
  readonly answer: Answer | undefined
  /** Of its recorder's runs. */
  readonly run: number
  readonly silence: (Silence & { readonly since: HostTime }) | undefined
}

type HeardPart = HostPart & { readonly answer: Answer }

/** Flow ids of hosts lie this far apart: a recorder at 10,000 flows/s numbers so many in three years. */
const idsPerHost = 2 ** 40
const slots = 2 ** 13

/** The answers of many hosts as one. At least one host must have been heard. */
export function mergedAnswer(query: Query, parts: readonly HostPart[], at: HostTime): Answer {
  const heard = parts.filter((part): part is HeardPart => part.answer !== undefined)
  return { rows: mergedRows(query, parts, heard), coverage: mergedCoverage(parts, heard, at) }
}

function mergedRows(
  query: Query,
  parts: readonly HostPart[],
  heard: readonly HeardPart[],
): AnswerRows {
  if (query.kind === 'totals') {
    const totals = new Totals(query.by)
    const hostKeys = query.by.map((key) => key.kind === 'field' && key.field === 'host')
    for (const { host, answer } of heard)
      if (answer.rows.kind === 'totals')
        for (const group of answer.rows.groups)
          if (group.key.length === query.by.length)
            totals.addGroup(
              // A host is called what the operator calls it, whatever it says.
              group.key.map((value, i): GroupValue => (hostKeys[i] ? host : value)),
              group,
            )
    return { kind: 'totals', groups: totals.groups() }
  }
  const flows: FlowRecord[] = []
  const hosts: string[] = []
  for (const part of heard) {
    if (part.answer.rows.kind !== 'flows') continue
    const slot = (part.run * parts.length + parts.indexOf(part)) % slots
    const shift = shiftFor(part.offset, undefined)
    for (const flow of part.answer.rows.flows) {
      flows.push({
        ...flow,
        id: slot * idsPerHost + (flow.id % idsPerHost),
        start: hostTime(flow.start - shift),
        end: hostTime(flow.end - shift),
      })
      hosts.push(part.host)
    }
  }
  return { kind: 'flows', flows, hosts }
}

function mergedCoverage(
  parts: readonly HostPart[],
  heard: readonly HeardPart[],
  at: HostTime,
): Coverage {
  const all = heard.map((part) => ({ ...part.answer.coverage, host: part.host }))
  const since = Math.max(...all.map(({ from }, i) => from - shiftFor(heard[i]!.offset, undefined)))
  const filter = all.find((one) => one.filter)?.filter
  const hosts = parts.map(hostOf)
  const interfaces = mergedInterfaces(all)
  const whereabouts = all.flatMap(({ host, whereabouts = [] }) =>
    whereabouts.map((told) => ofHost(told, host)),
  )
  const isSilent = heard.every(({ silence }) => silence !== undefined)
  return {
    host: nameOfMany(hosts),
    hosts,
    // Another time for each run of a host, and for each that comes: no rate is taken over them.
    from: hostTime(since + heard.reduce((sum, { run }) => sum + run, 0)),
    to: at,
    capture: mergedCapture(all.map(({ host, capture }) => ({ host, capture }))),
    flowsLetGo: all.reduce((sum, { flowsLetGo }) => sum + flowsLetGo, 0),
    gaps: [
      ...all.flatMap(({ host, gaps }) => gaps.map((gap) => named(gap, host))),
      ...silent(parts, at),
    ],
    attached: all.every(({ attached }) => attached),
    ...(interfaces && { interfaces }),
    ...(whereabouts.length > 0 && { whereabouts }),
    ...(filter && {
      filter: {
        text: filter.text,
        flowsUntested: all.reduce((sum, one) => sum + (one.filter?.flowsUntested ?? 0), 0),
      },
    }),
    stale: isSilent ? 'no host answers' : undefined,
  }
}

const ofHost = (told: WhereaboutsTold, host: string): WhereaboutsTold =>
  told.kind === 'missing' ? { ...told, why: `${host}: ${told.why}` } : told

function mergedInterfaces(all: readonly Coverage[]): Interfaces | undefined {
  if (all.every(({ interfaces }) => interfaces === undefined)) return undefined
  const dumb = all.filter(({ interfaces }) => !interfaces).map(({ host }) => host)
  return {
    known: all.flatMap(({ host, interfaces }) =>
      (interfaces?.known ?? []).map((one) => ({ ...one, host })),
    ),
    missing: [
      ...(dumb.length > 0 ? [`${listOfHosts(dumb)}: does not tell of interfaces.`] : []),
      ...all.flatMap(({ host, interfaces }) =>
        (interfaces?.missing ?? []).map((text) => `${host}: ${text}`),
      ),
    ],
  }
}

const named = (gap: Gap, host: string): Gap => ({ ...gap, reason: `${host}: ${gap.reason}` })

const silent = (parts: readonly HostPart[], to: HostTime): readonly Gap[] =>
  parts.flatMap(({ host, silence }) =>
    silence
      ? [{ from: silence.since, to, reason: silenceText({ host, ...silence }), count: 0 }]
      : [],
  )

const hostOf = (part: HostPart): HostOfMany => {
  const { host, answer, silence, offset: clock, version, mark } = part
  const known = {
    host,
    clock,
    version,
    mark,
    source: answer?.coverage.capture.source,
    told: answer && { run: part.run, to: answer.coverage.to },
    lost: answer?.coverage.capture.lost.reduce((sum, { count }) => sum + count, 0),
  }
  if (silence) return { ...known, state: silence.state, why: silence.why }
  return { ...known, state: answer ? 'answered' : 'connecting', why: '' }
}

interface HostCapture {
  readonly host: string
  readonly capture: CaptureStatus
}

/** What all of them see; what one does not see is told with its name, unless it is all of them. */
function mergedCapture(all: readonly HostCapture[]): CaptureStatus {
  const blind = new Map<string, string[]>()
  for (const { host, capture } of all)
    for (const text of capture.blind) blind.set(text, [...(blind.get(text) ?? []), host])
  const first = all[0]!.capture
  const weakest = all.reduce(
    (least, { capture }) => (capture.sees.length < least.sees.length ? capture : least),
    first,
  )
  return {
    source: weakest.source,
    since: hostTime(Math.max(...all.map(({ capture }) => capture.since))),
    sees: sights.filter((sight) => all.every(({ capture }) => capture.sees.includes(sight))),
    blind: [...blind].map(([text, hosts]) =>
      hosts.length === all.length ? text : `${listOfHosts(hosts)}: ${text}`,
    ),
    lost: mergedLosses(all.flatMap(({ capture }) => capture.lost)),
  }
}

function mergedLosses(losses: readonly Loss[]): readonly Loss[] {
  const sums = new Map<string, Loss>()
  for (const loss of losses) {
    const known = sums.get(loss.reason)
    sums.set(loss.reason, {
      reason: loss.reason,
      count: loss.count + (known?.count ?? 0),
      last: hostTime(Math.max(loss.last, known?.last ?? 0)),
    })
  }
  return [...sums.values()]
}
