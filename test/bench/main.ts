/** `npm run bench -- NAME [NUMBER...]`: measurements for people. Nothing here passes or fails; tests never assert a time. */
const benches: Readonly<Record<string, (numbers: readonly number[]) => Promise<void>>> = {
  truth: async () => (await import('./truth.ts')).truth(),
  overhead: async () => (await import('./overhead.ts')).overhead(),
  table: async () => (await import('./table.ts')).table(),
  poll: async () => (await import('./poll.ts')).poll(),
  log: async () => (await import('./log.ts')).log(),
  /** Of these export timers in seconds; else of the paper's. */
  record: async (timers) => (await import('./record.ts')).record(timers),
  logcost: async ([rounds]) => (await import('./log-cost.ts')).logCost(rounds),
  wire: async () => (await import('./wire.ts')).wire(),
}

const [name = '', ...rest] = process.argv.slice(2)
const bench = benches[name]
const numbers = rest.map(Number)
if (bench === undefined || !numbers.every((number) => number > 0)) {
  process.stderr.write(
    `usage: npm run bench -- NAME [NUMBER...]\nNAME: ${Object.keys(benches).join(', ')}\n`,
  )
  process.exitCode = 2
} else {
  await bench(numbers)
}
