import { statSync } from 'node:fs'
import { CapturedSite } from '../../analysis/coverage/captured-site.ts'
import { LoggedSite } from '../../analysis/coverage/logged-site.ts'
import type { TrafficGraph } from '../../analysis/coverage/traffic-graph.ts'
import { lifeOf, RecordedLives } from '../../analysis/load/flow-life.ts'
import { FlowLoad, type FlowRates } from '../../analysis/load/flow-load.ts'
import { readCaptureFile } from '../../capture/wire/files/read-capture-file.ts'
import { WireLedger } from '../../capture/wire/wire-ledger.ts'
import { scanLog } from '../../log/scan-log.ts'
import type { Address } from '../../model/address.ts'
import { hostTime } from '../../model/quantity.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { isMulticast, parseNetworks } from './site-networks.ts'

/** A capture, or the flow log of a host. */
export interface InputRates {
  readonly input: string
  readonly rates: FlowRates
}

/** What was read of all inputs. */
export interface StudyInputs {
  readonly kind: 'captures' | 'logs'
  readonly graph: TrafficGraph
  /** Of all together. */
  readonly load: FlowLoad
  readonly inputs: readonly InputRates[]
  /** Why the answer may be short. */
  readonly missing: readonly string[]
}

const allTime = { from: hostTime(0), to: hostTime(Number.MAX_SAFE_INTEGER) }

/**
 * Reads captures, or logs: folders. `net` is the site's networks, where not all addresses of captures are its hosts.
 * @throws CaptureError, LogError, UsageError
 */
export function readInputs(paths: readonly string[], net: string | undefined): StudyInputs {
  const folders = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
  if (folders.length === 0) {
    const isInSite = parseNetworks(net)
    return readCaptures(paths, (address) => isInSite(address) && !isMulticast(address))
  }
  const other = paths.find((path) => !folders.includes(path))
  if (other !== undefined)
    throw new UsageError(
      `a study is of captures or of flow logs (folders): '${other}' is no folder`,
    )
  if (net !== undefined)
    throw new UsageError('--net says which addresses of captures are hosts; a flow log is one host')
  return readLogs(paths)
}

function readCaptures(
  paths: readonly string[],
  isSites: (address: Address) => boolean,
): StudyInputs {
  const site = new CapturedSite(isSites)
  const load = new FlowLoad()
  const missing: string[] = []
  const inputs = paths.map((input) => {
    const ledger = new WireLedger()
    const report = readCaptureFile(input, (packet) => ledger.add(packet))
    const own = new FlowLoad()
    for (const { record, ownPackets, ownWireBytes } of ledger.flows()) {
      // What is only the wrapping of other flows is none of its own.
      if (ownPackets === 0) continue
      site.add(record, ownWireBytes)
      own.add(lifeOf(record))
    }
    load.addAll(own)
    const defects = report.defects.total + ledger.totals().defects.total
    const { evicted } = ledger.totals()
    if (defects > 0) missing.push(`${input}: ${defects} defects (\`e2etop wire\` names them)`)
    if (evicted.flows > 0) missing.push(`${input}: ${evicted.flows} flows did not fit`)
    return { input, rates: own.rates() }
  })
  const { foreign, graph } = site
  if (foreign.flows > 0)
    missing.push(`${foreign.flows} flows are between addresses that are none of the site's`)
  return { kind: 'captures', graph, load, inputs, missing }
}

function readLogs(paths: readonly string[]): StudyInputs {
  const site = new LoggedSite()
  const load = new FlowLoad()
  const missing: string[] = []
  const inputs = paths.map((input) => {
    site.addHost(input)
    const own = new FlowLoad()
    const runs = new Map<string, RecordedLives>()
    let gaps = 0
    for (const piece of scanLog(input, allTime)) {
      if (piece.kind !== 'rows') {
        gaps += 1
        continue
      }
      const run = `${piece.writtenBy.bootId} ${piece.writtenBy.stream}`
      const lives = runs.get(run) ?? new RecordedLives()
      runs.set(run, lives)
      for (const record of piece.rows)
        site.add(
          input,
          record,
          lives.add(record, (life) => own.add(life)),
        )
    }
    for (const lives of runs.values()) for (const life of lives.rest()) own.add(life)
    load.addAll(own)
    if (runs.size === 0) missing.push(`${input}: no record of any flow is there`)
    if (gaps > 0) missing.push(`${input}: the log has gaps (\`e2etop status\` names them)`)
    return { input, rates: own.rates() }
  })
  return { kind: 'logs', graph: site.graph(), load, inputs, missing }
}
