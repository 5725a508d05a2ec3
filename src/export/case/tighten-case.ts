import { pageBytes, writeAll } from '../sqlite/page-file.ts'
import { PageReader } from '../sqlite/page-reader.ts'
import { readPage, tightened } from '../sqlite/page-room.ts'

/** Tables that SQLite writes itself. */
const bySql = ['meta', 'host', 'seal', 'signature'] as const

/**
 * Leaves no room in the pages that SQLite has written where anything could be but zeros: it leaves there what was before,
 * and `verify` could not tell that from what somebody has put in later.
 */
export function tightenCase(descriptor: number, pages: number, roots: ReadonlyMap<string, number>) {
  const reader = new PageReader(descriptor, pageBytes, pages)
  const tighten = (number: number) => {
    const bytes = reader.read(number)
    const page = readPage(bytes)
    if (!page) throw new Error(`page ${number} is none`)
    if (!page.isTight) writeAll(descriptor, tightened(bytes, page), (number - 1) * pageBytes)
    for (const { child } of page.cells) if (child !== undefined) tighten(child)
    if (page.right !== undefined) tighten(page.right)
  }
  for (const name of bySql) tighten(roots.get(name)!)
}
