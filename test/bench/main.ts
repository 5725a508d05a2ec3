/** `npm run bench -- NAME`: measurements for people. Nothing here passes or fails; tests never assert a time. */
const benches: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  truth: async () => (await import('./truth.ts')).truth(),
  overhead: async () => (await import('./overhead.ts')).overhead(),
  table: async () => (await import('./table.ts')).table(),
  poll: async () => (await import('./poll.ts')).poll(),
  log: async () => (await import('./log.ts')).log(),
  /** Options: export timers in seconds, instead of the paper's. */
  record: async (timers) => (await import('./record.ts')).record(timers.map(Number)),
  /** Option: rounds. */
  logcost: async ([rounds]) => (await import('./log-cost.ts')).logCost(rounds),
  /** Option: `files` or `live`, instead of both. */
  wire: async ([part]) => {
    if (part !== 'live') await (await import('./wire.ts')).wire()
    if (part !== 'files') await (await import('./live-wire.ts')).liveWire()
  },
  /** Options: numbers of hosts. */
  fleet: async (counts) => (await import('./fleet/fleet.ts')).fleet(counts),
  export: async (options) => (await import('./export.ts')).exportBench(options),
  /** Option: records. */
  case: async (options) => (await import('./case.ts')).caseBench(options),
  /** Option: `soak`, and minutes. */
  ui: async (options) => (await import('./ui.ts')).ui(options),
  /** Options: scripts of other builds. */
  start: async (others) => (await import('./start.ts')).start(others),
  beside: async () => (await import('./query/beside-recorder.ts')).besideRecorder(),
  /** Option: records. */
  whereabouts: async (options) => (await import('./whereabouts.ts')).whereabouts(options),
  query: async (options) => (await import('./query/query.ts')).query(options),
}
const withOptions = [
  'record',
  'logcost',
  'query',
  'export',
  'case',
  'fleet',
  'wire',
  'ui',
  'start',
  'whereabouts',
]

const [name = '', ...options] = process.argv.slice(2)
const bench = benches[name]
if (bench === undefined || (options.length > 0 && !withOptions.includes(name))) {
  process.stderr.write(
    `usage: npm run bench -- NAME [OPTION...]\nNAME: ${Object.keys(benches).join(', ')}\n`,
  )
  process.exitCode = 2
} else {
  await bench(options)
}
