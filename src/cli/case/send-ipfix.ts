import { IpfixExporter } from '../../export/ipfix/send-flows.ts'
import { recordsAt } from '../../model/flow-block.ts'
import type { HostTime } from '../../model/quantity.ts'
import type { RecordQuestion } from '../../query/asking.ts'
import { shortfalls, silence } from '../../query/shortfalls.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { askedHosts } from '../query/answering.ts'
import { outputOf } from '../query/output.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** Records that are made at a time: more would fill the memory, fewer the messages less. */
const recordsAtOnce = 1_000

/** `export --ipfix HOST:PORT`: the records to a collector over UDP, each host as an observation domain of its own. */
export async function sendIpfix(
  { options }: Arguments,
  { question, at }: { readonly question: RecordQuestion; readonly at: HostTime },
): Promise<number> {
  const collector = collectorOf(options.get('ipfix') ?? '')
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const output = outputOf(options)
  const exporters = new Map<string, IpfixExporter>()
  const missing: string[] = []
  let sent = 0
  const asking = await askedHosts(options)
  try {
    for await (const piece of asking.records(question, { interrupted: interrupt.signal })) {
      if (piece.kind === 'silent') missing.push(silence(piece.silent))
      else if (piece.kind === 'end') {
        const { host } = piece.coverage
        missing.push(...shortfalls(piece.coverage, at).map((line) => `${host}: ${line}`))
      } else {
        const { host, columns, rows } = piece
        const domain = exporters.size + 1
        const exporter = exporters.get(host) ?? (await IpfixExporter.open(collector, domain))
        exporters.set(host, exporter)
        for (let from = 0; from < rows.length; from += recordsAtOnce) {
          await exporter.send(recordsAt(columns, rows.subarray(from, from + recordsAtOnce)))
          sent += Math.min(recordsAtOnce, rows.length - from)
          output.progress.show(() => `${formatQuantity(sent)} records sent`)
        }
      }
    }
  } finally {
    output.progress.clear()
    asking.close()
    for (const exporter of exporters.values()) exporter.close()
  }
  output.print(
    `${sent} records sent to ${options.get('ipfix')}; only it can say what it received\n`,
  )
  for (const line of missing) output.explain(`e2etop: ${line}`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}

/** `collector.example:4739`, `192.0.2.1:4739`, `[2001:db8::1]:4739`. @throws UsageError */
function collectorOf(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535)
    throw new UsageError(`--ipfix takes HOST:PORT of a collector, not '${text}'`)
  return { host, port }
}
