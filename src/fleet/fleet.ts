import { fleetLimits } from '../model/fleet-limits.ts'
import { Gate } from './gate.ts'
import { FleetMember, type MemberSettings } from './member.ts'
import type { ConnectOutcome } from './ssh/connect-outcome.ts'

export interface FleetSettings extends MemberSettings {
  readonly hosts: readonly string[]
  /** What the members share; closed after them. */
  readonly close: () => void
}

/** The hosts that one console asks, each over a connection of its own. */
export class Fleet {
  readonly members: readonly FleetMember[]
  readonly #close: () => void

  constructor({ hosts, connect, close, ...settings }: FleetSettings) {
    const gate = new Gate(fleetLimits.fleetConnectingMax)
    const inTurn = (name: string): Promise<ConnectOutcome> => gate.pass(() => connect(name))
    this.members = hosts.map((name) => new FleetMember(name, { ...settings, connect: inTurn }))
    this.#close = close
  }

  close(): void {
    for (const member of this.members) member.close()
    this.#close()
  }
}
