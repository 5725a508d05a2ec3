import { readCaptureFile } from '../../capture/wire/files/read-capture-file.ts'
import type { WireFlow } from '../../capture/wire/wire-flow.ts'
import { WireLedger } from '../../capture/wire/wire-ledger.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { flowPredicate } from '../../query/filter/flow-predicate.ts'
import type { Filter } from '../../query/filter/filter.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { parseOwnWhere } from '../command-line/where.ts'
import { watchWire } from './watch-wire.ts'
import { flowLine, summaryLine, summaryText, whatIsMissing, wireTable } from './wire-listing.ts'
import type { PacketOrigin, WireFindings } from './wire-listing.ts'

const writeLength = 64 * 1024

/**
 * Lists the flows of a capture file or of an interface: 0 whole, 3 with defects or something left out, 1 for what is no
 * capture or cannot be captured.
 */
export async function wire({ operands, options }: Arguments): Promise<number> {
  const where = parseOwnWhere(options.get('where'))
  const format = options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')
  const { ledger, origin } = await read(operands[0], options)
  const findings = { origin, totals: ledger.totals(), where: where && formatFilter(where) }
  if (format === 'json') printJson(findings, ledger, where)
  else printTable(findings, ledger, where)
  return explained(findings)
}

interface Read {
  readonly ledger: WireLedger
  readonly origin: PacketOrigin
}

async function read(file: string | undefined, options: Arguments['options']): Promise<Read> {
  const name = options.get('interface')
  if ((file === undefined) === (name === undefined))
    throw new UsageError('wire needs a FILE, or --interface NAME')
  if (name !== undefined) return watchWire(name, options.get('for'))
  if (options.has('for')) throw new UsageError('--for goes with --interface')
  const ledger = new WireLedger()
  const report = readCaptureFile(file!, (packet) => ledger.add(packet))
  return { ledger, origin: { kind: 'file', file: file!, report } }
}

function printJson(findings: WireFindings, ledger: WireLedger, where: Filter | undefined): void {
  const matches = where ? flowPredicate(where) : () => true
  let text = summaryLine(findings)
  for (const flow of ledger.flows()) {
    if (!matches(flow.record)) continue
    text += flowLine(flow)
    // A write for each of a hundred thousand lines would take longer than making them.
    if (text.length < writeLength) continue
    process.stdout.write(text)
    text = ''
  }
  process.stdout.write(text)
}

function printTable(findings: WireFindings, ledger: WireLedger, where: Filter | undefined): void {
  const matches = where ? flowPredicate(where) : () => true
  const shown: WireFlow[] = []
  let matching = 0
  for (const flow of ledger.largestFlows()) {
    if (!matches(flow.record)) continue
    matching += 1
    if (shown.length < wireLimits.wireRowsShown) shown.push(flow)
  }
  const left = matching - shown.length
  const more = left > 0 ? `and ${left} flows more; --format json lists all\n` : ''
  process.stdout.write(`${summaryText(findings)}\n${wireTable(shown)}${more}`)
}

function explained(findings: WireFindings): number {
  const missing = whatIsMissing(findings)
  for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}
