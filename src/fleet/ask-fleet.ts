import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fleetLimits } from '../model/fleet-limits.ts'
import { hostTime, millis, type Millis } from '../model/quantity.ts'
import { PartialMerging } from '../query/aggregate/merge-partials.ts'
import type { AskingOptions, Heard, HostState, SilentHost } from '../query/asking.ts'
import { ColumnMemory } from '../query/encoding/answer-columns.ts'
import { encodeQuestion } from '../query/encoding/question-bytes.ts'
import { compacted, type CompactAnswer } from '../query/compact-answer.ts'
import type { Question, TimeRange } from '../query/question.ts'
import { answerOfHost } from './answer-of-host.ts'
import type { Fleet } from './fleet.ts'
import type { FailedOpening, FleetMember } from './member.ts'
import { shiftedBack, shiftedQuestion, shiftFor } from './shifted.ts'
import type { Silence } from './silence.ts'
import { answerOfSockets, isAbout, listSockets, type OpenSockets } from './ss/ss-answer.ts'

/** After an interrupt a host may take so long to say what it has. */
const interruptedMs = 1_000

/** How it went with one host. `shift`: its times were put back by so much. */
export type HostOutcome =
  | { readonly kind: 'answer'; readonly shift: Millis }
  | { readonly kind: 'silent'; readonly silence: Silence }
  /** Its e2etop is silent, but its open sockets were listed. */
  | { readonly kind: 'sockets'; readonly silence: Silence }
/** What a host said, not yet joined to what the others did. */
type Outcome =
  | { readonly kind: 'answer'; readonly shift: Millis; readonly bytes: Uint8Array }
  | (Extract<HostOutcome, { kind: 'sockets' }> & { readonly partial: CompactAnswer })
  | Extract<HostOutcome, { kind: 'silent' }>

/** Asks all hosts of a fleet at once, and joins what they say as it comes. */
export async function askFleet(
  fleet: Fleet,
  question: Question,
  options: AskingOptions,
): Promise<Heard & { readonly states: readonly HostState[] }> {
  const merging = new PartialMerging(question)
  const encoded = new Map<Millis, Uint8Array>()
  const bytesOf = (shift: Millis): Uint8Array => {
    const bytes = encoded.get(shift) ?? encodeQuestion(shiftedQuestion(question, shift))
    encoded.set(shift, bytes)
    return bytes
  }
  const memory = new ColumnMemory()
  const joined = (name: string, said: Outcome): HostOutcome => {
    if (said.kind === 'sockets') merging.add(said.partial)
    if (said.kind !== 'answer') return said
    const { shift, bytes } = said
    const answer = answerOfHost(shiftedQuestion(question, shift), { name, bytes }, memory)
    if (!answer.ok) return { kind: 'silent', silence: { state: 'refused', why: answer.why } }
    merging.add(shiftedBack(answer.partial, shift))
    return { kind: 'answer', shift }
  }
  const silent: SilentHost[] = []
  const { interrupted } = options
  expectMany(interrupted)
  const waiting = new Set(fleet.members.map(({ name }) => name))
  options.onWaiting?.(waiting)
  const states = fleet.members.map(async (member): Promise<HostState> => {
    const work = outcomeOf(member, question, { bytesOf, interrupted })
    const said = await (interrupted ? Promise.race([work, gaveUp(interrupted)]) : work)
    const outcome = joined(member.name, said)
    const state = stateOf(member, outcome)
    silent.push(...silentHost(state, outcome))
    waiting.delete(member.name)
    return state
  })
  const hosts = await Promise.all(states)
  return { partial: merging.merged(), silent, states: hosts }
}

interface Asked {
  readonly bytesOf: (shift: Millis) => Uint8Array
  readonly interrupted: AbortSignal | undefined
}

async function outcomeOf(
  member: FleetMember,
  question: Question,
  { bytesOf, interrupted }: Asked,
): Promise<Outcome> {
  const opened = await member.open()
  if (opened.kind === 'failed') {
    const { silence } = opened
    const sockets = await socketsInstead(opened, question.range)
    if (!sockets) return { kind: 'silent', silence }
    const partial = compacted(question, answerOfSockets(question, member.name, sockets))
    return { kind: 'sockets', silence, partial }
  }
  const shift = shiftFor(member.offset, question.bin)
  const deadline = millis(Math.min(question.budget.time, fleetLimits.serveDeadlineMsMax))
  const told = await member.ask(bytesOf(shift), deadline, interrupted)
  if (told.kind === 'silent') return told
  return { kind: 'answer', bytes: told.answer, shift }
}

/** Each host listens to it: Node would warn of that at the eleventh. */
export function expectMany(interrupted: AbortSignal | undefined): void {
  if (interrupted) setMaxListeners(0, interrupted)
}

/** A host that is still being connected says nothing to an interrupt. */
export async function gaveUp(
  interrupted: AbortSignal,
): Promise<Extract<HostOutcome, { kind: 'silent' }>> {
  if (!interrupted.aborted)
    await new Promise<void>((resolve) =>
      interrupted.addEventListener('abort', () => resolve(), { once: true }),
    )
  await pause(interruptedMs, undefined, { ref: false })
  return { kind: 'silent', silence: { state: 'late', why: 'interrupted before it answered' } }
}

export function stateOf(member: FleetMember, outcome: HostOutcome): HostState {
  const { name: host, version, offset: clock, note, mark } = member
  if (outcome.kind !== 'answer') {
    const { state, why } = outcome.silence
    const listed = outcome.kind === 'sockets' ? `; ${socketsListed}` : ''
    return { host, state, why: `${why}${listed}`, version, clock, mark }
  }
  const seconds = ((clock?.offset ?? 0) / 1000).toFixed(1)
  const aligned =
    outcome.shift === 0 ? [] : [`its clock is ${seconds} s ahead of ours, its times are put back`]
  return {
    host,
    state: 'answered',
    why: [note, ...aligned].filter(Boolean).join('; '),
    version,
    clock,
    mark,
  }
}

/** A host of which nothing is in the answer. */
export const silentHost = ({ host, state, why }: HostState, outcome: HostOutcome): SilentHost[] =>
  outcome.kind === 'silent' && state !== 'answered' ? [{ host, state, why }] : []

const socketsListed = 'its open sockets are here, by ss'

/** What can be known of a host without e2etop, where the question is about now. */
export async function socketsInstead(
  { silence, connection }: FailedOpening,
  range: TimeRange,
): Promise<OpenSockets | undefined> {
  const at = hostTime(Date.now())
  if (silence.state !== 'no e2etop' || !connection || !isAbout(range, at)) return undefined
  const flows = await listSockets(connection, at)
  return flows && { flows, at }
}
