import { spreadOf, spreadText } from '../spread.ts'
import { textTable } from '../text-table.ts'
import { buildAskProgram } from './ask-program.ts'
import { buildCommand, command } from './command.ts'
import { datasetOf, type Dataset } from './dataset.ts'
import { duckdb } from './duckdb.ts'
import type { Asked, Engine } from './engine.ts'
import { nfdump } from './nfdump.ts'
import { ours } from './ours.ts'
import { questionNames, type QuestionName, type Rows } from './questions.ts'
import { comparable, difference, distinctDifference, nfdumpDifference } from './same-answer.ts'
import { sqliteProgram, sqlJs } from './sqlite.ts'

const rounds = 5
/** What takes longer than this is asked once. */
const slowMs = 2_000

/**
 * The five questions of DESIGN.md on our log and beside it, each asked by a process of its own, cold code and a warm
 * disk cache; times of engines that are modules are without the start of Node.js. `npm run bench -- query [ROWS [QUESTION...]]`; without ROWS a million and ten millions. Data are made once
 * and stay in the system's temporary directory, 10 M rows some 6 GB.
 */
export async function query(options: readonly string[]): Promise<void> {
  const [size, ...named] = options
  const wrong = named.find((name) => !questionNames.some((one) => one === name))
  if (wrong !== undefined || (size !== undefined && !/^\d+$/.test(size)))
    throw new Error(`query [ROWS [QUESTION...]], of ${questionNames.join(', ')}`)
  const names = questionNames.filter((name) => named.length === 0 || named.includes(name))
  // First, as it empties dist.
  buildCommand()
  buildAskProgram()
  for (const rows of size === undefined ? [1_000_000, 10_000_000] : [Number(size)])
    await measure(datasetOf(rows), names)
}

interface Ready {
  readonly engine: Engine
  readonly folder: string
}

async function measure(data: Dataset, names: readonly QuestionName[]): Promise<void> {
  console.log(
    `${data.rows} rows over 14 days in ${data.folder}; ms, median [min-max] of ${rounds}; peak MB`,
  )
  const ready: Ready[] = []
  for (const engine of [ours, command, nfdump, duckdb, sqliteProgram, sqlJs]) {
    const missing = engine.missing(data.rows)
    if (missing) console.log(`${engine.name}: ${missing}`)
    else ready.push({ engine, folder: await engine.prepare(data) })
  }
  const lines = []
  for (const name of names) {
    const found = await askAll(ready, name)
    assertSame(name, found)
    lines.push(...linesOf(name, found))
  }
  console.log(textTable(['question', 'engine', 'ms', 'of e2etop', 'peak MB'], lines))
}

type Found = ReadonlyMap<Engine, readonly Asked[]>

/** Interleaved, so that whatever else the machine does meets all of them alike. */
async function askAll(ready: readonly Ready[], name: QuestionName): Promise<Found> {
  const found = new Map<Engine, Asked[]>()
  for (let round = 0; round < rounds; round++)
    for (const { engine, folder } of ready) {
      const before = found.get(engine)
      if (before && before[0]!.ms > slowMs) continue
      const asked = await engine.ask(folder, name)
      if (asked) found.set(engine, [...(before ?? []), asked])
    }
  return found
}

function linesOf(name: QuestionName, found: Found): string[][] {
  const median = (asked: readonly Asked[]) => spreadOf(asked.map(({ ms }) => ms)).median
  const base = median(found.get(ours)!)
  return [...found].map(([engine, asked]) => [
    name,
    engine.name,
    spreadText(spreadOf(asked.map(({ ms }) => ms)), 0),
    `x${(median(asked) / base).toFixed(2)}`,
    Math.max(...asked.map(({ peakMb }) => peakMb)).toFixed(0),
  ])
}

/** @throws Error where two engines answer differently, so that no time stands beside a wrong answer. */
function assertSame(name: QuestionName, found: Found): void {
  const told = [...found].flatMap(([engine, asked]) =>
    asked.map(({ rows }) => ({ engine, rows: comparable(name, rows) })),
  )
  const truth = told.find(({ engine }) => ![ours, command, nfdump].includes(engine))
  for (const { engine, rows } of truth ? told : []) {
    const wrong = differenceOf(name, { engine, rows, truth: truth!.rows })
    if (wrong) throw new Error(`${name}: by ${engine.name} ${wrong} by ${truth!.engine.name}`)
  }
}

interface Told {
  readonly engine: Engine
  readonly rows: Rows
  readonly truth: Rows
}

function differenceOf(name: QuestionName, { engine, rows, truth }: Told): string | undefined {
  if (engine === nfdump) return nfdumpDifference(name, rows, truth)
  if ([ours, command].includes(engine) && name === 'distinct')
    return distinctDifference(rows, truth)
  return difference(rows, truth)
}
