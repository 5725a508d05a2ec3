import { pageBytes } from './page-file.ts'

/** Kinds of pages of a tree (sqlite.org/fileformat2.html 1.6). */
export const pageKind = { indexInner: 2, tableInner: 5, indexLeaf: 10, tableLeaf: 13 } as const
export type PageKind = (typeof pageKind)[keyof typeof pageKind]

const isInner = (kind: PageKind) => kind === pageKind.indexInner || kind === pageKind.tableInner
/** Of a table's record: a longer one would have to go on on pages of its own, which nothing here needs. */
export const recordBytesMax = pageBytes - 35

/** Cells of one page of a tree, in their order, while they are added. */
export class Cells {
  readonly #kind: PageKind
  readonly #headerBytes: number
  /** The next cell is written here, from `end` on; room for one that does not fit any more. */
  readonly bytes = new Uint8Array(2 * pageBytes)
  readonly #starts = new Uint16Array(pageBytes / 4)
  #count = 0
  #end = 0
  readonly #page = new Uint8Array(pageBytes)
  readonly #view = new DataView(this.#page.buffer)

  constructor(kind: PageKind) {
    this.#kind = kind
    this.#headerBytes = isInner(kind) ? 12 : 8
  }

  get count(): number {
    return this.#count
  }

  get end(): number {
    return this.#end
  }

  /** Takes the bytes from `end` to there for a cell, if it fits. */
  take(to: number): boolean {
    if (this.#headerBytes + 2 * (this.#count + 1) + to > pageBytes) return false
    this.#starts[this.#count] = this.#end
    this.#count += 1
    this.#end = to
    return true
  }

  /** Removes the last cell and gives its bytes. */
  pop(): Uint8Array {
    this.#count -= 1
    const start = this.#starts[this.#count]!
    const cell = this.bytes.slice(start, this.#end)
    this.#end = start
    return cell
  }

  /** The page with all cells, valid until the next call; begins anew. `right`: the last child of an inner page. */
  page(right = 0): Uint8Array {
    const contentAt = pageBytes - this.#end
    const pointersAt = this.#headerBytes
    const pointersEnd = pointersAt + 2 * this.#count
    this.#page.fill(0, 0, contentAt)
    this.#page.set(this.bytes.subarray(0, this.#end), contentAt)
    this.#view.setUint8(0, this.#kind)
    this.#view.setUint16(3, this.#count)
    this.#view.setUint16(5, contentAt)
    if (isInner(this.#kind)) this.#view.setUint32(8, right)
    for (let at = pointersAt, i = 0; at < pointersEnd; at += 2, i++)
      this.#view.setUint16(at, contentAt + this.#starts[i]!)
    this.#count = 0
    this.#end = 0
    return this.#page
  }

  /** Begins with the bytes of the cell that did not fit. */
  carryOver(from: number, to: number): void {
    this.bytes.copyWithin(0, from, to)
    this.take(to - from)
  }
}
