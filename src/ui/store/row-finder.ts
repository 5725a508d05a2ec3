import { formatAddress } from '../../model/address.ts'
import { actorOf } from '../../model/flow.ts'
import { protocolName } from '../../model/protocol-name.ts'
import type { NameOf } from '../remote-names.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import type { TableView } from './table-view.ts'
import type { RowId } from './tree-order.ts'

/** What is looked through. */
export interface Findable {
  readonly table: TableView<FlowRow> | TableView<GroupRow>
  readonly nameOf: NameOf | undefined
}

/** Goes to rows by a part of their text, in any case, and leaves the others where they are. */
export class RowFinder {
  readonly #look: () => Findable
  #text = ''
  /** Selected before the search began. */
  #begun: RowId | undefined

  constructor(look: () => Findable) {
    this.#look = look
  }

  begin(): void {
    this.#begun = this.#look().table.selectedId
  }

  /** To the first row with this text from where the search began; back there where none has it. */
  follow(text: string): void {
    this.#text = text
    const { table } = this.#look()
    if (this.#begun === undefined) table.deselect()
    else table.select(this.#begun)
    if (text !== '') this.#find(1, true)
  }

  /** As if nothing had been looked for. */
  leave(): void {
    this.follow('')
  }

  /** To the next row with the text that was looked for last. */
  next(by: -1 | 1): void {
    if (this.#text !== '') this.#find(by, false)
  }

  count(text: string): number {
    const { table, nameOf } = this.#look()
    const wanted = text.toLowerCase()
    let count = 0
    for (const row of table.rows) if (textOf(row, nameOf).includes(wanted)) count++
    return count
  }

  #find(by: -1 | 1, isHere: boolean): void {
    const { table, nameOf } = this.#look()
    const wanted = this.#text.toLowerCase()
    table.find((row: FlowRow | GroupRow) => textOf(row, nameOf).includes(wanted), { by, isHere })
  }
}

/** All names and addresses of a row, as they are written. */
const textOf = (row: FlowRow | GroupRow, nameOf: NameOf | undefined): string =>
  ('names' in row
    ? [...row.names, ...(row.flow ? flowTexts(row.flow, nameOf) : [])]
    : flowTexts(row, nameOf)
  )
    .join(' ')
    .toLowerCase()

function flowTexts({ flow, host, process, user }: FlowRow, nameOf: NameOf | undefined) {
  const actor = actorOf(flow)
  const remote = formatAddress(flow.remoteAddress)
  return [
    host ?? '',
    process,
    actor.kind === 'process' ? actor.pid : '',
    user,
    protocolName(flow.protocol),
    `${formatAddress(flow.localAddress)}:${flow.localPort}`,
    `${remote}:${flow.remotePort}`,
    nameOf?.(remote) ?? '',
  ]
}
