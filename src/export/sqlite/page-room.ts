import { pageKind, type PageKind } from './cells.ts'
import { readVarint } from './leaf-records.ts'

/** A cell of a page: where its parts are. */
export interface Cell {
  /** All of it. */
  readonly start: number
  readonly end: number
  /** Of an inner page. */
  readonly child: number | undefined
  /** Where the record begins, of pages that hold any, and how much of it is here; 0 bytes of others. */
  readonly at: number
  readonly localBytes: number
  readonly recordBytes: number
  /** Where the rest of the record is. */
  readonly overflow: number | undefined
  /** Of a table. */
  readonly row: number | undefined
}

export interface Page {
  readonly kind: PageKind
  readonly cells: readonly Cell[]
  /** The last child of an inner page. */
  readonly right: number | undefined
  /** All bytes that belong to nothing are zero, and none belongs to two things. */
  readonly isTight: boolean
}

const kinds: ReadonlySet<number> = new Set(Object.values(pageKind))

/** Reads a page of a tree (sqlite.org/fileformat2.html 1.6); `from`: where its header is. Undefined where it is none. */
export function readPage(bytes: Uint8Array, from = 0): Page | undefined {
  const kind = bytes[from]!
  if (!isKind(kind)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isInner = kind === pageKind.tableInner || kind === pageKind.indexInner
  const count = view.getUint16(from + 3)
  const pointersAt = from + (isInner ? 12 : 8)
  const pointersEnd = pointersAt + 2 * count
  if (pointersEnd > bytes.length) return undefined
  const cells: Cell[] = []
  for (let at = pointersAt; at < pointersEnd; at += 2) {
    const start = view.getUint16(at)
    if (start < pointersEnd || start + 4 > bytes.length) return undefined
    const cell = readCell(bytes, start, kind)
    if (cell.end > bytes.length) return undefined
    cells.push(cell)
  }
  const hasFreed = view.getUint16(from + 1) !== 0 || bytes[from + 7] !== 0
  return {
    kind,
    cells,
    right: isInner ? view.getUint32(from + 8) : undefined,
    isTight: !hasFreed && isZeroBetween(bytes, pointersEnd, cells),
  }
}

const isKind = (kind: number): kind is PageKind => kinds.has(kind)

function readCell(bytes: Uint8Array, start: number, kind: PageKind): Cell {
  const isInner = kind === pageKind.tableInner || kind === pageKind.indexInner
  const isTable = kind === pageKind.tableInner || kind === pageKind.tableLeaf
  const child = isInner ? wordAt(bytes, start) : undefined
  const first = readVarint(bytes, isInner ? start + 4 : start)
  if (kind === pageKind.tableInner) {
    const none = { localBytes: 0, recordBytes: 0, overflow: undefined }
    return { start, end: first.at, child, at: first.at, ...none, row: first.value }
  }
  const row = isTable ? readVarint(bytes, first.at) : undefined
  const at = row ? row.at : first.at
  const recordBytes = first.value
  const localBytes = localPart(recordBytes, bytes.length, isTable)
  const isWhole = localBytes === recordBytes
  const overflow = isWhole ? undefined : wordAt(bytes, at + localBytes)
  // A cell has room for a freed one.
  const end = Math.max(start + 4, at + localBytes + (isWhole ? 0 : 4))
  return { start, end, child, at, localBytes, recordBytes, overflow, row: row?.value }
}

/** How much of a record stands in its cell (sqlite.org/fileformat2.html 1.6, "cell payload"). */
function localPart(length: number, usable: number, isTable: boolean): number {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  if (length <= most) return length
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const part = least + ((length - least) % (usable - 4))
  return part <= most ? part : least
}

function isZeroBetween(bytes: Uint8Array, from: number, cells: readonly Cell[]): boolean {
  // Most pages have them in order.
  const isAscending = cells.every((cell, i) => i === 0 || cell.start > cells[i - 1]!.start)
  let end = from
  for (const cell of isAscending ? cells : cells.toSorted((a, b) => a.start - b.start)) {
    if (cell.start < end || !isZero(bytes, end, cell.start)) return false
    end = cell.end
  }
  return isZero(bytes, end, bytes.length)
}

/** The same page without room between its cells, and with zeros in what is free; its header is at its beginning. */
export function tightened(bytes: Uint8Array, { kind, cells, right }: Page): Uint8Array {
  const tight = new Uint8Array(bytes.length)
  const view = new DataView(tight.buffer)
  let contentAt = bytes.length - cells.reduce((sum, { start, end }) => sum + end - start, 0)
  view.setUint8(0, kind)
  view.setUint16(3, cells.length)
  view.setUint16(5, contentAt)
  if (right !== undefined) view.setUint32(8, right)
  let pointer = right === undefined ? 8 : 12
  for (const { start, end } of cells) {
    view.setUint16(pointer, contentAt)
    tight.set(bytes.subarray(start, end), contentAt)
    pointer += 2
    contentAt += end - start
  }
  return tight
}

export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false
  return true
}

export const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
