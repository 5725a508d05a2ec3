import type { SortKey } from './sort-keys.ts'
import { sortRows } from './sort-rows.ts'
import { Tags } from './tags.ts'
import { inTreeOrder, type RowId, type TreeRow } from './tree-order.ts'

/** What a table shows of its rows. */
export interface TableWindow<Row> {
  readonly rows: readonly Row[]
  /** What stands in front of each row's name: the branch on which it is. */
  readonly leads: readonly string[]
  /** Place of the selected row in `rows`; undefined where nothing is selected or it is out of sight. */
  readonly selected: number | undefined
  /** Places of the tagged rows. */
  readonly tagged: ReadonlySet<number>
}

/** Which way rows are looked through, and whether the selected one may be it. */
interface Finding {
  readonly by: -1 | 1
  readonly isHere: boolean
}

/**
 * Order, selection and scroll position of one table. The selection is a row's id, so it follows the flow through
 * every new order; before the first move nothing is selected and the top stays in view.
 */
export class TableView<Row extends TreeRow<Row>> {
  readonly #sorts: readonly [SortKey<Row>, ...SortKey<Row>[]]
  #sort: SortKey<Row>
  #reversed = false
  #frozen = false
  /** As they came, without the parts of those that are unfolded. */
  #whole: readonly Row[] = []
  /** In order, parts below the row that they are of. */
  #rows: readonly Row[] = []
  #leads: readonly string[] = []
  /** A table that nobody looks at is not sorted. */
  #isOrdered = true
  readonly tags = new Tags()
  #selectedId: RowId | undefined
  /** Where the selected row is, or was when it went. */
  #selectedIndex = 0
  #offset = 0
  #height = 0

  constructor(sorts: readonly [SortKey<Row>, ...SortKey<Row>[]]) {
    this.#sorts = sorts
    this.#sort = sorts[0]
  }

  get sort(): SortKey<Row> {
    return this.#sort
  }

  get reversed(): boolean {
    return this.#reversed
  }

  /** Rows keep their places, new ones come last. */
  get frozen(): boolean {
    return this.#frozen
  }

  get rows(): readonly Row[] {
    if (!this.#isOrdered) {
      const { rows, leads } = inTreeOrder(this.#whole, (some) => this.#inOrder(some))
      this.#rows = this.tags.isOnly ? rows.filter(({ id }) => this.tags.has(id)) : rows
      // Out of their tree rows are on no branch.
      this.#leads = this.tags.isOnly ? this.#rows.map(() => '') : leads
      this.#isOrdered = true
      this.#findSelected()
    }
    return this.#rows
  }

  get selected(): Row | undefined {
    const { rows } = this
    return this.#selectedId === undefined ? undefined : rows[this.#selectedIndex]
  }

  /** The selected row's id, also while the row is not here. */
  get selectedId(): RowId | undefined {
    return this.#selectedId
  }

  /** 5,000 flows take 10 ms to sort: it is done when they are looked at. */
  setRows(rows: readonly Row[]): void {
    this.#whole = rows
    this.#isOrdered = false
  }

  /** Selects a row that is here, or comes with the next rows. */
  select(id: RowId | undefined): void {
    this.#selectedId = id
    this.#isOrdered = false
  }

  /** `by` rows down, or up where negative, infinite for an end; the first move selects the row on top. */
  move(by: number): void {
    const { rows } = this
    if (rows.length === 0) return
    if (this.#selectedId === undefined)
      this.#selectAt(by > 0 ? this.#offset + by - 1 : this.#offset)
    else this.#selectAt(this.#selectedIndex + by)
  }

  /** Tags the selected row, or not, and goes to the next. */
  toggleTag(): void {
    if (this.selected === undefined) this.#selectAt(this.#offset)
    const id = this.#selectedId
    if (id === undefined) return
    if (this.tags.isOnly) this.#isOrdered = false
    else this.move(1)
    this.tags.toggle(id)
  }

  /** Tags other rows, or shows others of them. */
  retag(change: (tags: Tags) => void): void {
    change(this.tags)
    this.#isOrdered = false
  }

  /** Selects the next row that matches, from the selected one on or back, around the ends; else nothing is done. */
  find(matches: (row: Row) => boolean, { by, isHere }: Finding): void {
    const { rows } = this
    const { length } = rows
    const from = this.#selectedId === undefined ? (by > 0 ? -1 : length) : this.#selectedIndex
    if (length === 0) return
    for (let step = isHere ? 0 : 1; step <= length; step++) {
      const at = (((from + by * step) % length) + length) % length
      if (matches(rows[at]!)) return this.#selectAt(at)
    }
  }

  /** The row of which the selected one is a part; stays where it is none's. */
  selectWhole(): void {
    const { selected, rows } = this
    const place = selected ? rows.findIndex(({ parts }) => parts?.includes(selected)) : -1
    if (place >= 0) this.#selectAt(place)
  }

  /** Lets go of the selection and shows the top. */
  deselect(): void {
    this.#selectedId = undefined
    this.#offset = 0
  }

  /** The rows that come are others, also where they have the ids of rows that are here. */
  forget(): void {
    this.tags.clear()
    this.#rows = []
    this.setRows([])
    this.deselect()
  }

  nextSort(): void {
    const next = (this.#sorts.indexOf(this.#sort) + 1) % this.#sorts.length
    this.#sort = this.#sorts[next] ?? this.#sorts[0]
    this.#reversed = false
    this.#sortAgain()
  }

  /** Names of all orders. */
  get sortNames(): readonly string[] {
    return this.#sorts.map(({ name }) => name)
  }

  /** The order of that name. */
  sortBy(name: string): void {
    this.#sort = this.#sorts.find((sort) => sort.name === name) ?? this.#sort
    this.#reversed = false
    this.#sortAgain()
  }

  /** By a column, if rows can be ordered by it; by the same once more in reverse. */
  sortByColumn(column: string): void {
    if (this.#sort.columns.includes(column)) return this.reverseSort()
    const sort =
      this.#sorts.find(({ columns }) => columns.length === 1 && columns[0] === column) ??
      this.#sorts.find(({ columns }) => columns.includes(column))
    if (sort) this.sortBy(sort.name)
  }

  /** The row in that place of the window. */
  selectInWindow(place: number): void {
    if (this.#offset + place < this.rows.length) this.#selectAt(this.#offset + place)
  }

  reverseSort(): void {
    this.#reversed = !this.#reversed
    this.#sortAgain()
  }

  toggleFrozen(): void {
    this.#frozen = !this.#frozen
    if (!this.#frozen) this.#sortAgain()
  }

  /** Those that the last window had, or has now. */
  get inSight(): readonly Row[] {
    return this.rows.slice(this.#offset, this.#offset + this.#height)
  }

  /** The rows in sight of a table `height` rows high. Scrolls no further than the selection needs. */
  window(height: number): TableWindow<Row> {
    const { rows } = this
    this.#height = height
    const lastOffset = Math.max(0, rows.length - height)
    this.#offset = Math.min(this.#offset, lastOffset)
    if (this.#selectedId !== undefined && height > 0) {
      const highest = this.#selectedIndex - height + 1
      this.#offset = Math.max(Math.min(this.#offset, this.#selectedIndex), highest, 0)
    }
    const { inSight } = this
    return {
      rows: inSight,
      leads: this.#leads.slice(this.#offset, this.#offset + height),
      selected: this.selected && this.#selectedIndex - this.#offset,
      tagged: new Set(inSight.flatMap(({ id }, place) => (this.tags.has(id) ? [place] : []))),
    }
  }

  /** A new order that was asked for also thaws. */
  #sortAgain(): void {
    this.#frozen = false
    this.#isOrdered = false
  }

  #inOrder(rows: readonly Row[]): readonly Row[] {
    if (!this.#frozen) return sortRows(rows, this.#sort, this.#reversed)
    const places = new Map(this.#rows.map((row, place) => [row.id, place]))
    const placeOf = (row: Row) => places.get(row.id) ?? places.size
    return rows.toSorted((a, b) => placeOf(a) - placeOf(b))
  }

  #findSelected(): void {
    if (this.#selectedId === undefined) return
    const at = this.#rows.findIndex((row) => row.id === this.#selectedId)
    // The row has gone: its neighbour takes over.
    if (at < 0) this.#selectAt(this.#selectedIndex)
    else this.#selectedIndex = at
  }

  #selectAt(index: number): void {
    this.#selectedIndex = Math.max(0, Math.min(index, this.#rows.length - 1))
    this.#selectedId = this.#rows[this.#selectedIndex]?.id
  }
}
