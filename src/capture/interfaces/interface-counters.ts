import { readFileSync } from 'node:fs'

/** What an interface's own counters say, since it was made. */
export interface InterfaceCounters {
  readonly rxBytes: number
  readonly rxPackets: number
  /** Packets that the driver or the network stack could not take. */
  readonly rxDropped: number
  readonly txBytes: number
  readonly txPackets: number
  readonly txDropped: number
}

/** Of our own network namespace, also where /sys is still that of another. */
const countersFile = '/proc/self/net/dev'

export const interfaceNames = (): readonly string[] => [...interfaceCounters().keys()]

/** Counters by interface. */
export function interfaceCounters(): ReadonlyMap<string, InterfaceCounters> {
  return parseCounters(readFileSync(countersFile, 'utf8'))
}

/** The text of /proc/net/dev: two lines of titles, then an interface a line. */
export function parseCounters(text: string): ReadonlyMap<string, InterfaceCounters> {
  const rows = [...text.matchAll(/^\s*(\S+):\s*([\d ]+)$/gm)]
  return new Map(rows.map(([, name, numbers]) => [name!, countersOf(numbers!)]))
}

function countersOf(text: string): InterfaceCounters {
  const numbers = text.trim().split(/\s+/).map(Number)
  const at = (column: number) => numbers[column] ?? 0
  return {
    rxBytes: at(0),
    rxPackets: at(1),
    rxDropped: at(3),
    txBytes: at(8),
    txPackets: at(9),
    txDropped: at(11),
  }
}
