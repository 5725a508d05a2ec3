import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import { askerLine, markerDigits } from '../../src/query/serve/opening.ts'
import { interleave, ratios } from './interleave.ts'
import { rssMbOf } from './monitors.ts'
import { datasetOf } from './query/dataset.ts'
import { ours } from './query/ours.ts'
import { spreadOf, spreadText } from './spread.ts'
import { textTable } from './text-table.ts'

const rounds = 9
/** So that what is measured is the start, and not the answer. */
const rowsInLog = 10_000
const own = 'dist/e2etop.mjs'
/** After the first rows or the greeting. */
const settleMs = 500

interface Started {
  /** From its start to its end, its first frame or its greeting. */
  readonly ms: number
  /** Of what goes on. */
  readonly rssMb?: number
}
type Start = (script: string) => Promise<Started>

/**
 * What starting takes of the built program, and of other builds beside it, whose scripts are named: each in turn, as
 * ratios to the first of the same round.
 */
export async function start(others: readonly string[]): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const log = await ours.prepare(datasetOf(rowsInLog))
  const period = ['--since', '2023-11-15T01:00Z', '--until', '2023-11-20T01:00Z']
  const top = ['top', '--by', 'process', ...period, '--data-dir', log]
  const starts: Readonly<Record<string, Start>> = {
    '--version': toItsEnd('--version'),
    'help filter': toItsEnd('help', 'filter'),
    [`top, ${rowsInLog} records`]: toItsEnd(...top),
    'serve, to its greeting': toItsGreeting,
    'monitor --demo, to its first rows': toItsFirstRows,
  }
  console.log(`n = ${rounds}, medians [min-max]; ratios are to the build of the same round`)
  const rows: string[][] = [await nodeAlone()]
  for (const [name, measure] of Object.entries(starts)) {
    const scripts = [own, ...others]
    const variants = scripts.map((script) => ({
      name: script,
      begin: () => Promise.resolve(script),
      end: () => Promise.resolve(),
    }))
    const results = await interleave(variants, rounds, measure)
    const base = results.get(own)!
    for (const [script, measured] of results) {
      const ms = measured.map((one) => one.ms)
      const rss = measured.flatMap((one) => one.rssMb ?? [])
      rows.push([
        script === own ? name : `  ${script}`,
        spreadText(spreadOf(ms), 0),
        script === own
          ? ''
          : `x${spreadText(
              spreadOf(
                ratios(
                  ms,
                  base.map((one) => one.ms),
                ),
              ),
              2,
            )}`,
        rss.length === 0 ? '' : spreadText(spreadOf(rss), 1),
      ])
    }
  }
  console.log(textTable(['', 'ms', '', 'RSS MB'], rows))
}

async function nodeAlone(): Promise<string[]> {
  const ms: number[] = []
  for (let round = 0; round < rounds; round++)
    ms.push((await ended(spawn(process.execPath, ['-e', '0']))).ms)
  return ['node -e 0', spreadText(spreadOf(ms), 0), '', '']
}

const toItsEnd =
  (...words: readonly string[]): Start =>
  (script) =>
    ended(spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'ignore', 'inherit'] }))

async function ended(child: ReturnType<typeof spawn>): Promise<Started> {
  const begun = performance.now()
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0 && code !== 3) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
  return { ms: performance.now() - begun }
}

const toItsGreeting: Start = async (script) => {
  const begun = performance.now()
  const child = spawn(process.execPath, [script, 'serve', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.write(askerLine('0'.repeat(markerDigits)))
  await once(child.stdout, 'data')
  const ms = performance.now() - begun
  await sleep(settleMs)
  const rssMb = rssMbOf(child.pid!)
  child.stdin.end()
  await once(child, 'exit')
  return { ms, rssMb }
}

/** Of what --demo invents. */
const hasRows = /rsync/

const toItsFirstRows: Start = async (script) => {
  const { CI: _ci, ...env } = process.env
  const begun = performance.now()
  const child = pty.spawn(process.execPath, [script, '--demo'], {
    cols: 120,
    rows: 40,
    env,
    name: 'xterm-256color',
  })
  await new Promise<void>((seen) => child.onData((data) => hasRows.test(data) && seen()))
  const ms = performance.now() - begun
  await sleep(settleMs)
  const rssMb = rssMbOf(child.pid)
  const gone = new Promise((resolve) => child.onExit(resolve))
  child.kill('SIGTERM')
  await gone
  return { ms, rssMb }
}
