import { Cells, type PageKind } from './cells.ts'
import type { PageFile } from './page-file.ts'

interface Level<Child> {
  readonly file: PageFile
  readonly root: number
  readonly kind: PageKind
  /** Writes what a cell holds behind its child's page; gives where it ends. */
  readonly putCell: (bytes: Uint8Array, at: number, child: Child) => number
  /** What the page above needs to know of a page whose last child is this. */
  readonly parentOf: (page: number, last: Child) => Child
}

/** Writes the pages above the leaves of a tree, two leaves at least, level by level up to its root. */
export function innerPages<Child extends { readonly page: number }>(
  leaves: readonly Child[],
  level: Level<Child>,
): void {
  let children = leaves
  for (;;) {
    const parents: Child[] = []
    for (let from = 0; from < children.length;) {
      const { cells, to } = filled(children, from, level)
      const last = children[to - 1]!
      const page = cells.page(last.page)
      if (from === 0 && to === children.length) {
        level.file.replace(level.root, page)
        return
      }
      parents.push(level.parentOf(level.file.append(page), last))
      from = to
    }
    children = parents
  }
}

/** A page of the children from `from` to before `to`, the last of which has no cell. */
function filled<Child extends { readonly page: number }>(
  children: readonly Child[],
  from: number,
  { kind, putCell }: Level<Child>,
): { readonly cells: Cells; readonly to: number } {
  const cells = new Cells(kind)
  const view = new DataView(cells.bytes.buffer)
  let to = from
  for (; to < children.length - 1; to++) {
    const child = children[to]!
    view.setUint32(cells.end, child.page)
    if (!cells.take(putCell(cells.bytes, cells.end + 4, child))) break
  }
  // The next page needs two children.
  if (to === children.length - 2) {
    cells.pop()
    to -= 1
  }
  return { cells, to: to + 1 }
}
