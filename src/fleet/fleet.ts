import { fleetLimits } from '../model/fleet-limits.ts'
import { Gate } from './gate.ts'
import { FleetMember, type MemberSettings } from './member.ts'

export interface FleetSettings extends Omit<MemberSettings, 'inTurn' | 'onBegun'> {
  readonly hosts: readonly string[]
  /** What the members share; closed after them. */
  readonly close: () => void
}

/** The hosts that one console asks, each over a connection of its own. */
export class Fleet {
  readonly members: readonly FleetMember[]
  readonly #close: () => void

  constructor({ hosts, close, ...settings }: FleetSettings) {
    // As TCP does: hosts that share a slow machine would be late if all of them started at once.
    const gate = new Gate(fleetLimits.fleetConnectingFirst, fleetLimits.fleetConnectingMax)
    const onBegun = (ms: number) =>
      ms > fleetLimits.fleetSlowBeginMs ? gate.narrow() : gate.widen()
    const inTurn: MemberSettings['inTurn'] = (work) => gate.pass(work)
    this.members = hosts.map((name) => new FleetMember(name, { ...settings, inTurn, onBegun }))
    this.#close = close
  }

  close(): void {
    for (const member of this.members) member.close()
    this.#close()
  }
}
