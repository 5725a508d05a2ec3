import { keepHeapSmall } from '../../src/cli/lean-memory.ts'
import { noPackets } from '../../src/query/no-packets.ts'
import { hostTime, type HostTime } from '../../src/model/quantity.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import type { Answer, Query, Session } from '../../src/query/session.ts'
import { Totals } from '../../src/query/totals.ts'
import { runMonitor } from '../../src/ui/monitor.tsx'
import type { FlowRecord } from '../../src/model/flow.ts'
import { DemoHost, wholeCoverage } from '../ui/demo-session.ts'

/**
 * The monitor over many flows of which a tenth changes a tick: `FLOWS HZ [alone]`. `alone` makes the flows and shows
 * nothing, to know what they cost by themselves.
 */
// As src/cli/watch-host.ts does.
keepHeapSmall()

const [, , count = '5000', hz = '1', alone] = process.argv
const seed = new DemoHost(7, Math.ceil(Number(count) / 40))
const first = seed.answer({ kind: 'flows' }).rows
let flows: FlowRecord[] = first.kind === 'flows' ? first.flows.slice(0, Number(count)) : []
let tick = 0

function step(): HostTime {
  tick += 1
  flows = flows.map((flow, i) =>
    (i * 7 + tick) % 10 === 0
      ? {
          ...flow,
          txBytes: flow.txBytes + ((i * 7919) % 90_000),
          rxBytes: flow.rxBytes + ((i * 104_729) % 40_000),
        }
      : flow,
  )
  return hostTime(wholeCoverage.from + (tick * 1000) / Number(hz))
}

function answer(query: Query, to: HostTime): Answer {
  const coverage = { ...wholeCoverage, to }
  const shown = query.where ? flows.filter(flowPredicate(query.where)) : flows
  if (query.kind === 'flows') return { coverage, rows: { kind: 'flows', flows: shown } }
  const totals = new Totals(query.by)
  for (const flow of shown) totals.add(flow)
  return { coverage, rows: { kind: 'totals', groups: totals.groups() } }
}

if (alone) {
  setInterval(step, 1000 / Number(hz))
} else {
  let now = step()
  const waiting: (() => void)[] = []
  setInterval(
    () => {
      now = step()
      for (const wake of waiting.splice(0)) wake()
    },
    1000 / Number(hz),
  )
  const session: Session = {
    ask: (query) => Promise.resolve(answer(query, now)),
    async *watch(query) {
      for (;;) {
        yield answer(query, now)
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    close() {},
  }
  await runMonitor(session, {
    input: process.stdin,
    output: process.stdout,
    environment: { NO_COLOR: undefined, COLORTERM: 'truecolor', TERM: 'xterm-256color' },
    version: '0',
    themes: {},
    settings: {},
    saveSettings: () => '',
    packets: noPackets('made-up flows have no packets', 'nothing'),
    exportRows: async () => '',
    end: () => process.exit(1),
  })
  process.exit(0)
}
