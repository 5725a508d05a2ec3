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

export interface FleetAskingOptions {
  /** An answer that lacks a host is none. */
  readonly requireAll?: boolean
  /** Others use the fleet too: closing this leaves it open. */
  readonly isShared?: boolean
}

/** Many hosts as one that answers. */
export class FleetAsking implements Asking {
  readonly #fleet: Fleet
  readonly #options: FleetAskingOptions
  readonly #states = new Map<string, HostState>()

  constructor(fleet: Fleet, options: FleetAskingOptions) {
    this.#fleet = fleet
    this.#options = options
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
    if (!this.#options.isShared) this.#fleet.close()
  }

  #note(state: HostState): void {
    this.#states.set(state.host, state)
    if (!this.#options.requireAll || state.state === 'answered') return
    throw new FleetError(
      `${state.host}: ${state.state}: ${state.why}`,
      'Leave out --require-all to have what the others say.',
    )
  }
}
