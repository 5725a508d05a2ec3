import type {
  Asking,
  AskingOptions,
  Heard,
  HostState,
  RecordPiece,
  RecordQuestion,
} from '../query/asking.ts'
import type { Question } from '../query/question.ts'
import { askFleet } from './ask-fleet.ts'
import type { Fleet } from './fleet.ts'
import { FleetError } from './fleet-error.ts'
import { fleetRecords } from './fleet-records.ts'

/** Many hosts as one that answers. With `requireAll` an answer that lacks a host is none. */
export class FleetAsking implements Asking {
  readonly #fleet: Fleet
  readonly #requireAll: boolean
  readonly #states = new Map<string, HostState>()

  constructor(fleet: Fleet, requireAll: boolean) {
    this.#fleet = fleet
    this.#requireAll = requireAll
  }

  /** @throws FleetError where all are required and one is silent */
  async ask(question: Question, options: AskingOptions): Promise<Heard> {
    const { states, ...heard } = await askFleet(this.#fleet, question, options)
    for (const state of states) this.#note(state)
    return heard
  }

  /** @throws FleetError where all are required and one is silent */
  async *records(question: RecordQuestion, options: AskingOptions): AsyncGenerator<RecordPiece> {
    for await (const piece of fleetRecords(this.#fleet, question, options)) {
      if (piece.kind === 'state') this.#note(piece.state)
      else yield piece
    }
  }

  states(): readonly HostState[] {
    return this.#fleet.members.flatMap(({ name }) => this.#states.get(name) ?? [])
  }

  close(): void {
    this.#fleet.close()
  }

  #note(state: HostState): void {
    this.#states.set(state.host, state)
    if (!this.#requireAll || state.state === 'answered') return
    throw new FleetError(
      `${state.host}: ${state.state}: ${state.why}`,
      'Leave out --require-all to have what the others say.',
    )
  }
}
