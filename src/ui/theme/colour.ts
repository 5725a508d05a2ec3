import type { ColourDepth } from './colour-depth.ts'

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
/** The 16 colours' usual values (xterm), to find the nearest; the terminal's own palette may differ. */
const rgb16 = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
  0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
]
const cubeSteps = [0, 95, 135, 175, 215, 255]

/** A colour as a theme names it. */
export type Colour =
  | { readonly kind: 'default' }
  | { readonly kind: 'indexed'; readonly index: number }
  | { readonly kind: 'rgb'; readonly rgb: number }

/** `default`, one of the 8 names, `bright-` and a name, 0-255, or `#rrggbb`; undefined for anything else. */
export function parseColour(text: string): Colour | undefined {
  if (text === 'default') return { kind: 'default' }
  if (/^#[0-9a-fA-F]{6}$/.test(text)) return { kind: 'rgb', rgb: parseInt(text.slice(1), 16) }
  if (/^\d{1,3}$/.test(text))
    return Number(text) <= 255 ? { kind: 'indexed', index: Number(text) } : undefined
  const bright = text.startsWith('bright-')
  const index = names.indexOf(bright ? text.slice('bright-'.length) : text)
  return index < 0 ? undefined : { kind: 'indexed', index: bright ? index + 8 : index }
}

/** SGR parameters that show a colour at a depth, in the nearest colour the terminal has; [] where it shows none. */
export function colourSgr(
  colour: Colour,
  ground: 'foreground' | 'background',
  depth: ColourDepth,
): readonly number[] {
  const base = ground === 'foreground' ? 30 : 40
  if (depth === 'none' || colour.kind === 'default') return []
  if (depth === '24bit' && colour.kind === 'rgb')
    return [base + 8, 2, colour.rgb >> 16, (colour.rgb >> 8) & 255, colour.rgb & 255]
  const index = colour.kind === 'rgb' ? nearestOf256(colour.rgb) : colour.index
  if (depth !== '16' && index > 15) return [base + 8, 5, index]
  const low = index > 15 ? nearestOf16(rgbOf256(index)) : index
  return [low < 8 ? base + low : base + 60 + low - 8]
}

function nearestOf256(rgb: number): number {
  return nearest(rgb, 16, 255, rgbOf256)
}

function nearestOf16(rgb: number): number {
  return nearest(rgb, 0, 15, rgbOf256)
}

function nearest(rgb: number, from: number, to: number, rgbOf: (index: number) => number): number {
  let best = from
  for (let index = from; index <= to; index++)
    if (distance(rgb, rgbOf(index)) < distance(rgb, rgbOf(best))) best = index
  return best
}

function distance(a: number, b: number): number {
  const channel = (shift: number) => ((a >> shift) & 255) - ((b >> shift) & 255)
  return channel(16) ** 2 + channel(8) ** 2 + channel(0) ** 2
}

/** xterm's table: 16 colours, a 6x6x6 cube, 24 greys. */
function rgbOf256(index: number): number {
  if (index < 16) return rgb16[index] ?? 0
  if (index >= 232) return (8 + 10 * (index - 232)) * 0x010101
  const cube = index - 16
  const step = (n: number) => cubeSteps[n % 6] ?? 0
  return (step(Math.floor(cube / 36)) << 16) | (step(Math.floor(cube / 6)) << 8) | step(cube)
}
