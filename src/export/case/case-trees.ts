import { IndexTree } from '../sqlite/index-tree.ts'
import type { PageFile } from '../sqlite/page-file.ts'
import { TableTree } from '../sqlite/table-tree.ts'
import type { IndexName, StreamedTable } from './tables.ts'

/** The tables and indices of a case that are written page by page, each when it is first asked for. */
export class CaseTrees {
  readonly #pages: PageFile
  readonly #roots: ReadonlyMap<string, number>
  readonly #tables = new Map<StreamedTable, TableTree>()
  readonly #indices = new Map<IndexName, IndexTree>()

  /** `roots`: pages of the empty tables and indices, by name. */
  constructor(pages: PageFile, roots: ReadonlyMap<string, number>) {
    this.#pages = pages
    this.#roots = roots
  }

  table(name: StreamedTable): TableTree {
    const known = this.#tables.get(name)
    if (known) return known
    const tree = new TableTree(this.#pages, this.#roots.get(name)!)
    this.#tables.set(name, tree)
    return tree
  }

  index(name: IndexName): IndexTree {
    const known = this.#indices.get(name)
    if (known) return known
    const tree = new IndexTree(this.#pages, this.#roots.get(name)!)
    this.#indices.set(name, tree)
    return tree
  }

  /** Has everything in the file. */
  finish(): void {
    for (const tree of [...this.#tables.values(), ...this.#indices.values()]) tree.finish()
    this.#pages.finish()
  }
}
