import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import type { IBufferCell } from '@xterm/headless'

/**
 * A picture of what a command shows on a terminal, to look at:
 *   npx tsx test/tools/screen-shot.ts out.png 80x24 'npx tsx test/ui/demo-monitor.ts' [keys] [light]
 * Needs chromium and a monospace font with CJK (apt: chromium fonts-dejavu-core fonts-wqy-zenhei).
 */
const [, , out = 'screen.png', size = '80x24', command = 'true', keys = '', ground = 'dark'] =
  process.argv
const [columns = 80, rows = 24] = size.split('x').map(Number)
const settleMs = 4_500

const grounds = { dark: ['#d4d4d4', '#16181d'], light: ['#24292f', '#ffffff'] } as const
const [foreground, background] = ground === 'light' ? grounds.light : grounds.dark
/** Terminals' 16 colours as VS Code draws them. */
const palette = (
  '#000000 #cd3131 #0dbc79 #c5a332 #2472c8 #bc3fbc #11a8cd #e5e5e5 ' +
  '#666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff'
).split(' ')

async function screenOf(): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const { CI: _ci, ...env } = process.env
  const child = pty.spawn('sh', ['-c', command], {
    cols: columns,
    rows,
    env: { ...env, COLORTERM: 'truecolor' },
    name: 'xterm-256color',
  })
  child.onData((data) => terminal.write(data))
  await sleep(settleMs)
  for (const key of keys) {
    child.write(key)
    await sleep(100)
  }
  await sleep(700)
  child.kill()
  return terminal
}

function indexed(index: number): string {
  if (index < 16) return palette[index] ?? foreground
  if (index >= 232) return `#${((index - 232) * 10 + 8).toString(16).padStart(2, '0').repeat(3)}`
  const step = (n: number) => (n % 6 === 0 ? 0 : (n % 6) * 40 + 55)
  const cube = index - 16
  return `rgb(${step(Math.floor(cube / 36))},${step(Math.floor(cube / 6))},${step(cube)})`
}

const hex = (rgb: number) => `#${rgb.toString(16).padStart(6, '0')}`

function colours(cell: IBufferCell): [foreground: string, background: string] {
  const front = cell.isFgRGB()
    ? hex(cell.getFgColor())
    : cell.isFgPalette()
      ? indexed(cell.getFgColor())
      : foreground
  const back = cell.isBgRGB()
    ? hex(cell.getBgColor())
    : cell.isBgPalette()
      ? indexed(cell.getBgColor())
      : background
  return cell.isInverse() ? [back, front] : [front, back]
}

const escapeHtml = (text: string) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)

function cellHtml(cell: IBufferCell, x: number, y: number): string {
  const [front, back] = colours(cell)
  const css = [
    `left:${x}ch;top:${y * 1.25}em;width:${cell.getWidth()}ch;background:${back}`,
    `color:${cell.isDim() ? `color-mix(in srgb, ${front} 55%, ${back})` : front}`,
    cell.isBold() ? 'font-weight:700' : '',
    cell.isUnderline() ? 'text-decoration:underline' : '',
  ]
  return `<i style="${css.join(';')}">${escapeHtml(cell.getChars() || ' ')}</i>`
}

function pageOf(terminal: xterm.Terminal): string {
  const buffer = terminal.buffer.active
  let cells = ''
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const cell = buffer.getLine(buffer.viewportY + y)?.getCell(x)
      if (cell && cell.getWidth() > 0) cells += cellHtml(cell, x, y)
    }
  }
  return `<meta charset=utf8><style>
    body { margin: 0; background: ${background}; font: 16px 'DejaVu Sans Mono', 'WenQuanYi Zen Hei Mono', monospace }
    i { position: absolute; height: 1.25em; line-height: 1.25em; font-style: normal; white-space: pre; overflow: hidden }
  </style>${cells}`
}

const page = resolve(`${out}.html`)
writeFileSync(page, pageOf(await screenOf()))
execFileSync(
  'chromium',
  [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    `--window-size=${Math.ceil(columns * 9.65)},${rows * 20}`,
    `--screenshot=${resolve(out)}`,
    `file://${page}`,
  ],
  { stdio: 'ignore' },
)
rmSync(page)
process.exit(0)
