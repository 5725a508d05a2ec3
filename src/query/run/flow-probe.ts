import { addressBytes } from '../../model/address.ts'
import type { FlowColumnName, FlowColumns } from '../../model/flow-columns.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from '../../model/flow.ts'
import { hostTime } from '../../model/quantity.ts'

/** A record of which only some fields hold anything. */
export type FlowProbe = { -readonly [K in keyof FlowRecord]: FlowRecord[K] }

/**
 * A record to load fields into: words of the filter and of the vocabulary say what they mean of a record, and so one
 * meaning serves rows and columns.
 */
export const flowProbe = (): FlowProbe => ({
  id: 0,
  start: hostTime(0),
  end: hostTime(0),
  protocol: 0,
  localAddress: new Uint8Array(addressBytes),
  localPort: 0,
  remoteAddress: new Uint8Array(addressBytes),
  remotePort: 0,
  direction: 'unknown',
  owner: { kind: 'kernel' },
  actor: undefined,
  netns: 0,
  txBytes: 0,
  rxBytes: 0,
  txPackets: 0,
  rxPackets: 0,
  rttUs: 0,
  retransmits: 0,
  state: 'none',
  endReason: 'open',
  flags: 0,
})

/** Columns of small numbers: there are few different values, so each is asked about once. */
export const smallColumns = ['protocol', 'direction', 'state', 'endReason', 'flags'] as const
export type SmallColumn = (typeof smallColumns)[number]
export const portColumns = ['localPort', 'remotePort'] as const
export type PortColumn = (typeof portColumns)[number]

export const isSmall = (name: FlowColumnName): name is SmallColumn =>
  smallColumns.some((one) => one === name)

/** A value as its column holds it, as the record has it. */
export function loadSmall(probe: FlowProbe, name: SmallColumn | PortColumn, value: number): void {
  switch (name) {
    case 'direction':
      probe.direction = directions[value] ?? 'unknown'
      return
    case 'state':
      probe.state = tcpStates[value] ?? 'none'
      return
    case 'endReason':
      probe.endReason = endReasons[value] ?? 'open'
      return
    default:
      probe[name] = value
  }
}

/** Loads a field of one row after another. @throws DamagedColumn */
export function loader(
  probe: FlowProbe,
  name: FlowColumnName,
  columns: FlowColumns,
): (row: number) => void {
  switch (name) {
    case 'owner':
    case 'actor': {
      const actors = columns.actors()
      return (row) => (probe.owner = columns.owners.view(actors[row]!))
    }
    case 'localAddress':
    case 'remoteAddress': {
      const { distinct, ids } = columns.column(name)
      return (row) =>
        (probe[name] = distinct.subarray(ids[row]! * addressBytes, (ids[row]! + 1) * addressBytes))
    }
    case 'start':
    case 'end': {
      const times = columns.column(name)
      return (row) => (probe[name] = hostTime(times[row]!))
    }
    case 'protocol':
    case 'direction':
    case 'state':
    case 'endReason':
    case 'flags': {
      const values = columns.column(name)
      return (row) => loadSmall(probe, name, values[row]!)
    }
    default: {
      const values = columns.column(name)
      return (row) => (probe[name] = values[row]!)
    }
  }
}
