import { readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { addressBytes } from '../../src/model/address.ts'
import { readWhereabouts } from '../../src/model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../../src/model/whereabouts/whereabouts.ts'
import { remoteAddress } from '../log/busy-host.ts'
import { datasetOf, days, dayMs, startMs } from './query/dataset.ts'
import { ours } from './query/ours.ts'
import { runMeasured } from './run-measured.ts'
import { textTable } from './text-table.ts'

const rounds = 5
const file = 'dist/whereabouts.bin'
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)

/** What the database of countries and AS costs, and questions that need it beside one that does not. */
export async function whereabouts([rows = '1000000']: readonly string[]): Promise<void> {
  lookUps()
  const data = datasetOf(Number(rows))
  const log = await ours.prepare(data)
  const usual = [
    ['top', '--data-dir', log, '--socket', '/nonexistent'],
    ['--since', new Date(startMs + dayMs).toISOString()],
    ['--until', new Date(startMs + (days - 1) * dayMs).toISOString()],
  ].flat()
  const questions = [
    ['--by', 'remote_ip'],
    ['--by', 'remote_net/24'],
    ['--by', 'remote_country'],
    ['--by', 'remote_as'],
    ['--by', 'process'],
    ['--by', 'process', '--where', 'ipv4'],
    ['--by', 'process', '--where', 'country DE'],
    ['--by', 'process', '--where', 'as *Telekom*'],
  ]
  const table: string[][] = []
  for (const words of questions) {
    const runs = []
    for (let i = 0; i < rounds; i++)
      runs.push(await runMeasured([process.execPath, 'dist/e2etop.mjs', ...usual, ...words]))
    table.push([
      words.join(' '),
      median(runs.map(({ wallMs }) => wallMs)).toFixed(0),
      median(runs.map(({ peakMb }) => peakMb)).toFixed(0),
    ])
  }
  process.stdout.write(`\n\n${textTable([`top of ${rows} records`, 'ms', 'MB'], table)}\n`)
}

function lookUps(): void {
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    const bytes = readFileSync(file)
    if (!readWhereabouts(bytes).ok) throw new Error(`${file} cannot be read`)
    return performance.now() - began
  })
  const bytes = readFileSync(file)
  const read = readWhereabouts(bytes)
  if (!read.ok) throw new Error(read.why)
  const known = whereaboutsOf(read.sections)
  const count = 1_000_000
  const addresses = new Uint8Array(addressBytes * count)
  for (let i = 0; i < count; i++) addresses.set(remoteAddress(i), i * addressBytes)
  const each = (look: (at: number) => unknown) => {
    const began = performance.now()
    for (let i = 0; i < count; i++) look(i * addressBytes)
    return ((performance.now() - began) / count) * 1e6
  }
  const ns = (look: (at: number) => unknown) =>
    median(Array.from({ length: rounds }, () => each(look))).toFixed(0)
  process.stdout.write(
    textTable(
      ['the database', ''],
      [
        ['bytes, MB', megabytes(statSync(file).size)],
        ['compressed, MB', megabytes(gzipSync(bytes).length)],
        ['to read, ms', median(times).toFixed(1)],
        ['a country, ns', ns((at) => known.country(addresses, at))],
        ['an AS, ns', ns((at) => known.as(addresses, at))],
      ],
    ),
  )
}
