import { pageKind } from './cells.ts'
import { noTree, type PageReader } from './page-reader.ts'

/** SQLite's own bound of a tree's height. */
const depthMax = 20
const innerHeaderBytes = 12

/**
 * Numbers of the leaves of a table, in the order of its rows. All children of a page are of one kind, so of the leaves
 * one each is read here; whoever reads the others checks that they are leaves. @throws ExportError where that is no tree
 */
export function tableLeaves(pages: PageReader, root: number): readonly number[] {
  const leaves: number[] = []
  const visit = (number: number, depth: number) => {
    if (depth > depthMax) throw noTree(`page ${number} is too deep`)
    const bytes = pages.read(number)
    if (bytes[0] === pageKind.tableLeaf) leaves.push(number)
    else for (const child of leavesOrInner(bytes, number)) visit(child, depth + 1)
  }
  const leavesOrInner = (bytes: Uint8Array, number: number): readonly number[] => {
    const children = childrenOf(bytes, number)
    if (pages.read(children[0]!)[0] !== pageKind.tableLeaf) return children
    for (const child of children) leaves.push(child)
    // A page that is in a tree twice could have it without an end.
    if (leaves.length > pages.pages) throw noTree(`page ${number} is in a circle`)
    return []
  }
  visit(root, 1)
  return leaves
}

function childrenOf(bytes: Uint8Array, number: number): readonly number[] {
  const view = new DataView(bytes.buffer)
  const cells = view.getUint16(3)
  if (bytes[0] !== pageKind.tableInner || innerHeaderBytes + 2 * cells > bytes.length)
    throw noTree(`page ${number} is none of a table`)
  const children: number[] = []
  for (let cell = 0; cell < cells; cell++) {
    const at = view.getUint16(innerHeaderBytes + 2 * cell)
    if (at + 4 > bytes.length) throw noTree(`page ${number} is none of a table`)
    children.push(view.getUint32(at))
  }
  return [...children, view.getUint32(8)]
}
