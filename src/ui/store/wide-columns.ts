/** How wide columns are while values are shown in full: what was seen once has its room, so that columns stand still. */
export class WideColumns {
  readonly #widths = new Map<string, number>()

  /** The most cells that a column had so far, with those that it needs now. */
  widest(column: string, cells: number): number {
    const most = Math.max(cells, this.#widths.get(column) ?? 0)
    this.#widths.set(column, most)
    return most
  }
}
