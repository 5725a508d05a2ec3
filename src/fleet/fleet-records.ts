import { fleetLimits } from '../model/fleet-limits.ts'
import { hostTime, millis, type Millis } from '../model/quantity.ts'
import type { AskingOptions, HostState, RecordPiece, RecordQuestion } from '../query/asking.ts'
import { decodeRecordPiece, encodeRecordQuestion } from '../query/serve/record-bytes.ts'
import {
  expectMany,
  gaveUp,
  silentHost,
  socketsInstead,
  stateOf,
  type HostOutcome,
} from './ask-fleet.ts'
import type { Reply } from './reply.ts'
import type { Fleet } from './fleet.ts'
import { told, type FleetMember } from './member.ts'
import { recordsOfSockets } from './ss/ss-answer.ts'
import { coverageShifted, rangeShifted, shiftFor } from './shifted.ts'

type Piece = RecordPiece | { readonly kind: 'state'; readonly state: HostState }

/** Records of all hosts as they come, each host's state after its last one. */
export async function* fleetRecords(
  fleet: Fleet,
  question: RecordQuestion,
  { interrupted, onWaiting }: AskingOptions,
): AsyncGenerator<Piece> {
  const queue = new PieceQueue(fleet)
  expectMany(interrupted)
  const waiting = new Set(fleet.members.map(({ name }) => name))
  onWaiting?.(waiting)
  const hosts = fleet.members.map(async (member) => {
    const work = recordsOf(member, question, queue)
    const outcome = await (interrupted ? Promise.race([work, gaveUp(interrupted)]) : work)
    waiting.delete(member.name)
    const state = stateOf(member, outcome)
    queue.push({ kind: 'state', state })
    for (const silent of silentHost(state, outcome)) queue.push({ kind: 'silent', silent })
  })
  const all = Promise.all(hosts).then(() => queue.end())
  yield* queue.pieces()
  await all
}

/** Pieces that came and were not yet taken; a console that is slow lets its hosts wait. */
class PieceQueue {
  readonly #fleet: Fleet
  readonly #held: Piece[] = []
  #ended = false
  #wake: () => void = () => {}

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  push(piece: Piece): void {
    this.#held.push(piece)
    if (this.#held.length === fleetLimits.fleetPiecesHeld)
      for (const member of this.#fleet.members) member.pause()
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *pieces(): AsyncGenerator<Piece> {
    for (;;) {
      const piece = this.#held.shift()
      if (piece) {
        yield piece
        if (this.#held.length < fleetLimits.fleetPiecesHeld)
          for (const member of this.#fleet.members) member.resume()
      } else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

async function recordsOf(
  member: FleetMember,
  question: RecordQuestion,
  queue: PieceQueue,
): Promise<HostOutcome> {
  const opened = await member.open()
  if (opened.kind === 'failed') {
    const { silence } = opened
    const sockets = await socketsInstead(opened, question.range)
    if (!sockets) return { kind: 'silent', silence }
    for (const piece of recordsOfSockets(question, member.name, sockets)) queue.push(piece)
    return { kind: 'sockets', silence }
  }
  const shift = shiftFor(member.offset, undefined)
  const asked = { ...question, range: rangeShifted(question.range, shift) }
  const deadline = millis(Math.min(question.budget.time, fleetLimits.serveDeadlineMsMax))
  return new Promise((resolve) => {
    const settle = (outcome: HostOutcome) => {
      clearTimeout(late)
      stream.leave()
      resolve(outcome)
    }
    const lateAfter = deadline + fleetLimits.fleetSilenceMs
    const late = setTimeout(() => settle(silentOf({ kind: 'late' })), lateAfter)
    const stream = opened.conversation.records(encodeRecordQuestion(asked), deadline, (reply) => {
      late.refresh()
      const taken = reply.kind === 'answer' ? pieceOf(reply.answer, member.name, shift) : undefined
      if (!taken) settle(silentOf(reply))
      else if (typeof taken === 'string')
        settle({ kind: 'silent', silence: { state: 'refused', why: taken } })
      else {
        queue.push(taken)
        if (taken.kind === 'end') settle({ kind: 'answer', shift })
      }
    })
  })
}

/** A host's piece in our time, or why it is none. */
function pieceOf(bytes: Uint8Array, name: string, shift: Millis): RecordPiece | string {
  const back = (record: Parameters<NonNullable<Parameters<typeof decodeRecordPiece>[1]>>[0]) => ({
    ...record,
    start: hostTime(record.start - shift),
    end: hostTime(record.end - shift),
  })
  const decoded = decodeRecordPiece(bytes, shift === 0 ? undefined : back)
  if (!decoded.ok) return `its records are not understood: ${decoded.why}`
  const { piece } = decoded
  const host = piece.kind === 'records' ? piece.host : piece.coverage.host
  if (host !== name) return 'it answers for another host'
  if (piece.kind === 'records') return piece
  return { ...piece, coverage: coverageShifted(piece.coverage, millis(0 - shift)) }
}

const silentOf = (reply: Reply): HostOutcome => {
  const silent = told(reply)
  return silent.kind === 'silent'
    ? silent
    : { kind: 'silent', silence: { state: 'refused', why: 'it stopped in mid-answer' } }
}
