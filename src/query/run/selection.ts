import { plainRoom, plainSpace } from '../../model/kernels/room.ts'
import { runKernel } from '../../model/kernels/run-kernel.ts'

/**
 * Rows of a block by their numbers, ascending.
 *
 * The loops over rows here, and elsewhere in this folder, are functions of nothing but the loop: V8 replaces a loop while
 * it runs by code that knows only what ran before, and throws that away where the loop ends and something else follows,
 * at a price of a ms each time, in a question of 100 ms. Where all their arrays are in a workspace, they run as WebAssembly.
 */
export type Selection = Uint32Array

/** The rows 0 to `count` - 1; not to be changed, because blocks share it. */
export const { allRows } = plainSpace

/** For conditions that need a closure; those that do not have loops of their own, four times as fast. */
export function select(
  among: Selection,
  holds: (row: number) => boolean,
  room = plainRoom,
): Selection {
  const rows = room.words(among.length)
  let count = 0
  for (let k = 0; k < among.length; k++) if (holds(among[k]!)) rows[count++] = among[k]!
  return kept(among, rows, count)
}

/** Sets the byte of each. */
export function mark(mask: Uint8Array, rows: Selection): void {
  if (runKernel('mark', mask, rows, rows.length) !== undefined) return
  for (let k = 0; k < rows.length; k++) mask[rows[k]!] = 1
}

/** Those whose byte of `mask`, of 0 and 1, is `wanted`. Without a branch, which would be guessed wrongly every other time. */
export function marked(
  among: Selection,
  mask: Uint8Array,
  wanted: 0 | 1,
  room = plainRoom,
): Selection {
  const rows = room.words(among.length)
  return kept(among, rows, takeMarked(rows, among, mask, 1 - wanted))
}

function takeMarked(rows: Uint32Array, among: Selection, mask: Uint8Array, unwanted: number) {
  const taken = runKernel('takeMarked', rows, among, among.length, mask, unwanted)
  if (taken !== undefined) return taken
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += mask[row]! ^ unwanted
  }
  return count
}

/** Those whose value has a 1 in the table. */
export function selectByTable(
  among: Selection,
  values: Uint8Array | Uint32Array,
  table: Uint8Array,
  room = plainRoom,
): Selection {
  const rows = room.words(among.length)
  return kept(among, rows, takeByTable(rows, among, values, table))
}

function takeByTable(
  rows: Uint32Array,
  among: Selection,
  values: Uint8Array | Uint32Array,
  table: Uint8Array,
): number {
  const kernel = values instanceof Uint8Array ? 'takeByBytes' : 'takeByWords'
  const taken = runKernel(kernel, rows, among, among.length, values, table)
  if (taken !== undefined) return taken
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += table[values[row]!]!
  }
  return count
}

/** Those whose value is from `from` on and below `to`. */
export function selectWithin(
  among: Selection,
  values: Float64Array,
  within: readonly [from: number, to: number],
  room = plainRoom,
): Selection {
  const rows = room.words(among.length)
  return kept(among, rows, takeWithin(rows, among, values, within))
}

function takeWithin(
  rows: Uint32Array,
  among: Selection,
  values: Float64Array,
  [from, to]: readonly [number, number],
): number {
  const taken = runKernel('takeWithin', rows, among, among.length, values, from, to)
  if (taken !== undefined) return taken
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const value = values[among[k]!]!
    rows[count] = among[k]!
    if (value >= from && value < to) count += 1
  }
  return count
}

/** The first `count` of them, that were found among others. */
export const kept = (among: Selection, rows: Uint32Array, count: number): Selection =>
  count === among.length ? among : rows.subarray(0, count)
