import { Cells, pageKind } from './cells.ts'
import { innerPages } from './inner-pages.ts'
import type { PageFile } from './page-file.ts'
import { putVarint } from './varint.ts'

interface Child {
  readonly page: number
  /** The entry that stands between it and the next one, as a cell of a leaf; none of the last. */
  readonly divider: Uint8Array
}

const none = new Uint8Array(0)

/** Writes the entries of an index in their order, as `TableTree` does rows. */
export class IndexTree {
  readonly #file: PageFile
  readonly #root: number
  readonly #leaf = new Cells(pageKind.indexLeaf)
  readonly #leaves: Child[] = []

  constructor(file: PageFile, root: number) {
    this.#file = file
    this.#root = root
  }

  /** An entry: the record of its columns, the row's number last. */
  append(record: Uint8Array, length = record.length): void {
    const { bytes, end } = this.#leaf
    const at = putVarint(bytes, end, length)
    for (let i = 0; i < length; i++) bytes[at + i] = record[i]!
    const to = at + length
    if (this.#leaf.take(to)) return
    // An index has each entry once: the one between two leaves stands above them.
    const divider = this.#leaf.pop()
    this.#leaves.push({ page: this.#file.append(this.#leaf.page()), divider })
    this.#leaf.carryOver(end, to)
  }

  finish(): void {
    if (this.#leaves.length === 0) {
      this.#file.replace(this.#root, this.#leaf.page())
      return
    }
    this.#leaves.push({ page: this.#file.append(this.#leaf.page()), divider: none })
    innerPages(this.#leaves, {
      file: this.#file,
      root: this.#root,
      kind: pageKind.indexInner,
      putCell(bytes, at, { divider }) {
        bytes.set(divider, at)
        return at + divider.length
      },
      parentOf: (page, { divider }) => ({ page, divider }),
    })
  }
}
