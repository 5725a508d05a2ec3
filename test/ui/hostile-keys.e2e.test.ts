import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/analysis/seeded-random.ts'
import { program } from '../e2e/run-program.ts'

/** E2ETOP_FUZZ_SECONDS=60 for a long run, E2ETOP_FUZZ_SEED for one that failed. */
const seconds = Number(process.env['E2ETOP_FUZZ_SECONDS'] ?? 8)
const seed = Number(process.env['E2ETOP_FUZZ_SEED'] ?? Date.now() % 100_000)
const random = seededRandom(seed)
const below = (n: number) => Math.floor(random() * n)
const oneOf = <T>(all: readonly T[]): T => all[below(all.length)]!

const nasty = [
  '\x1b[2J\x1b[H',
  '\x1b]0;owned\x07',
  '\x1b]52;c;b3duZWQ=\x07',
  '\x1bPq\x1b\\',
  'a\r\nb\tc\bd',
  '\u009b31mred',
  '\u202egnp.exe',
  'zero\u200bwidth',
  '\ue000\ue005mark',
  '\u{e0041}tag',
  '日本語'.repeat(9),
  'e' + '\u0301'.repeat(60),
  '%s%n{bold}$(id)',
]

/** Keys that end or stop the program are left out, and with them every `q`. */
const keys = [
  Array.from('abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:;?[]{}=<>!"() .,*-'),
  ['A', 'B', 'C', 'D', 'H', 'F', 'Z', '3~', '5~', '6~', '1;5A'].map((end) => `\x1b[${end}`),
  ['\r', '\t', '\x7f', '\x0c', '\x06', '\x02', '\x01', '\x05', '\x15', '\x17', '\x07', '\x1b'],
  ['jjj', 'kk', '/user \t\r', '/tcp and not\x1b', ':columns \t\t\r', ':theme mono\r', 'é', '日'],
].flat()
const sizes = [
  [80, 24],
  [120, 40],
  [238, 60],
  [60, 15],
  [40, 10],
  [20, 5],
  [1, 1],
] as const

function typed(): string {
  const kind = random()
  if (kind < 0.85) return oneOf(keys)
  if (kind < 0.9) return `\x1b[200~${oneOf(nasty).replaceAll('\x1b', '')}\x1b[201~`
  if (kind < 0.96) return `\x1b[<${oneOf([0, 64, 65, 3])};${below(260)};${below(70)}M`
  // Noise on the line: bytes that are no key, or the beginning of one.
  return oneOf(['\x00', '\x1b[', '\x1bO', '\x1b[99;99;99', '\ufffd', '\x1b[M !!', '\x1b]11;rgb'])
}

/** A recording of a host whose every name is hostile. */
function hostileRecording(): string {
  const named = /"(process|exe|user|cgroup|container)":"[^"]*"/g
  return readFileSync('test/corpus/demo.samples.jsonl', 'utf8').replace(
    named,
    (_, field: string) => `"${field}":${JSON.stringify(oneOf(nasty))}`,
  )
}

const taken = '\x1b[?1049h'
const givenBack = '\x1b[?1049l'
/** All that the program may send: styles, places, erasing, frames; and taking the terminal and giving it back. */
const ours =
  // oxlint-disable-next-line no-control-regex -- these are control sequences
  /\x1b\[(?:[\d;]*m|\d+H|H|K|\d+C|2J|\?(?:2026|1049|25|7|2004|1000|1006)[hl])|\x18/g
const raw =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]|[\u{e0000}-\u{e007f}]/u

describe('keys, resizes and hostile names at random, on a real terminal', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'e2etop-fuzz-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test(
    `nothing raw is written for ${seconds} s, and the terminal is restored`,
    async () => {
      const recording = join(folder, 'hostile.jsonl')
      writeFileSync(recording, hostileRecording())
      const child = pty.spawn(process.execPath, [resolve(program), '--replay', recording], {
        cols: 80,
        rows: 24,
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', XDG_CONFIG_HOME: folder },
      })
      const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
      let sent = ''
      let frames = 0
      child.onData((data) => {
        sent += data
        frames += data.split('\x1b[?2026h').length - 1
        terminal.write(data)
      })
      const run: { exitCode?: number } = {}
      const ended = new Promise<number>((done) => {
        child.onExit(({ exitCode }) => done((run.exitCode = exitCode)))
      })
      // Before it has the terminal, the terminal itself shows what is typed.
      while (!sent.includes(taken)) await sleep(10)
      const end = Date.now() + seconds * 1000
      while (Date.now() < end && run.exitCode === undefined) {
        if (random() < 0.04) {
          const [columns, rows] = oneOf(sizes)
          terminal.resize(columns, rows)
          child.resize(columns, rows)
        } else child.write(typed())
        await sleep(below(20))
      }
      const says = `seed ${seed}`
      expect(run.exitCode, says).toBeUndefined()
      process.kill(child.pid, 'SIGTERM')
      expect(await ended, says).toBe(143)
      await new Promise<void>((done) => terminal.write('', done))
      expect(terminal.buffer.active.type, says).toBe('normal')
      expect(terminal.modes, says).toMatchObject({
        bracketedPasteMode: false,
        mouseTrackingMode: 'none',
        wraparoundMode: true,
      })
      const own = sent.slice(sent.indexOf(taken), sent.lastIndexOf(givenBack))
      const left = own.replace(ours, '')
      const at = left.search(raw)
      expect(at < 0 ? '' : JSON.stringify(left.slice(Math.max(0, at - 40), at + 40)), says).toBe('')
      // It went on drawing: neither was it held up, nor did it draw without being asked.
      expect(frames, says).toBeGreaterThan(seconds * 5)
    },
    seconds * 1000 + 20_000,
  )
})
