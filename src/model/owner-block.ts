import { cleanText } from './clean-text.ts'
import { type Column, type ColumnSource, encodeBlock } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { present } from './damaged-column.ts'
import { limits } from './limits.ts'
import {
  accountOf,
  kernelOwner,
  type Owner,
  type ProcessOwner,
  type UnknownOwner,
} from './owner.ts'
import { hostTime, type HostTime } from './quantity.ts'
import type { TextColumn } from './text-dictionary.ts'

const ownerKinds = ['process', 'kernel', 'unknown'] as const

/** Column ids: part of the format, never given to another field. */
const id = {
  kind: 1,
  pid: 2,
  start: 3,
  parentPid: 4,
  process: 5,
  exe: 6,
  uid: 7,
  user: 8,
  cgroup: 9,
  container: 10,
  why: 11,
} as const

/** The owners that a block of flows names by their position here. */
export function encodeOwners(owners: readonly Owner[], form: BlockForm = 'live'): Uint8Array {
  const processes = owners.map((owner) => (owner.kind === 'process' ? owner : undefined))
  const accounts = owners.map(accountOf)
  const text = (key: 'process' | 'exe' | 'cgroup' | 'container'): Column => ({
    id: id[key],
    type: 'text',
    values: processes.map((process) => process?.[key] ?? ''),
  })
  const number = (key: 'pid' | 'parentPid'): Column => ({
    id: id[key],
    type: 'u32',
    values: Uint32Array.from(processes, (process) => process?.[key] ?? 0),
  })
  return encodeBlock(
    owners.length,
    [
      {
        id: id.kind,
        type: 'u8',
        values: Uint8Array.from(owners, ({ kind }) => ownerKinds.indexOf(kind)),
      },
      {
        id: id.start,
        type: 'f64',
        values: Float64Array.from(processes, (process) => process?.start ?? 0),
      },
      number('pid'),
      number('parentPid'),
      { id: id.uid, type: 'u32', values: Uint32Array.from(accounts, (one) => one?.uid ?? 0) },
      text('process'),
      text('exe'),
      // None: nobody, or not known who; a name is never empty.
      { id: id.user, type: 'text', values: accounts.map((one) => one?.user ?? '') },
      text('cgroup'),
      text('container'),
      {
        id: id.why,
        type: 'text',
        values: owners.map((owner) => (owner.kind === 'unknown' ? owner.why : '')),
      },
    ],
    form,
  )
}

type OwnerText = 'process' | 'exe' | 'user' | 'cgroup' | 'container' | 'why'
const textLengths: Record<OwnerText, number> = {
  process: limits.nameLength,
  exe: limits.pathLength,
  user: limits.nameLength,
  cgroup: limits.pathLength,
  container: limits.nameLength,
  why: limits.pathLength,
}

/**
 * Owners column by column, each decoded when it is first asked for: a question about processes reads no paths. Text is
 * cleaned here, once a different text, whoever wrote the block. @throws DamagedColumn
 */
export class OwnerColumns {
  readonly rows: number
  readonly #block: ColumnSource
  readonly #texts = new Map<OwnerText, TextColumn>()
  readonly #numbers = new Map<'pid' | 'parentPid' | 'uid', Uint32Array>()
  #kinds: Uint8Array | undefined
  #starts: Float64Array | undefined

  constructor(block: ColumnSource) {
    this.rows = block.rows
    this.#block = block
  }

  kind(row: number): Owner['kind'] {
    this.#kinds ??= present(this.#block.column(id.kind, 'u8'))
    return ownerKinds[this.#kinds[row]!] ?? 'unknown'
  }

  /** An owner whose fields are decoded when they are read; as long as the block is there. */
  view(row: number): Owner {
    switch (this.kind(row)) {
      case 'process':
        return new ProcessView(this, row)
      case 'kernel':
        return kernelOwner
      case 'unknown':
        return this.#unknown(row)
    }
  }

  list(): Owner[] {
    return Array.from({ length: this.rows }, (_, row): Owner => {
      const owner = this.view(row)
      if (owner.kind !== 'process') return owner
      const { kind, pid, start, parentPid, process, exe, uid, user, cgroup, container } = owner
      return { kind, pid, start, parentPid, process, exe, uid, user, cgroup, container }
    })
  }

  start(row: number): number {
    this.#starts ??= present(this.#block.column(id.start, 'f64'))
    return this.#starts[row]!
  }

  number(name: 'pid' | 'parentPid' | 'uid', row: number): number {
    const known = this.#numbers.get(name)
    const numbers = known ?? present(this.#block.column(id[name], 'u32'))
    if (!known) this.#numbers.set(name, numbers)
    return numbers[row]!
  }

  text(name: OwnerText, row: number): string {
    const { texts, ids } = this.#text(name)
    return texts[ids[row]!]!
  }

  #text(name: OwnerText): TextColumn {
    const known = this.#texts.get(name)
    if (known) return known
    const { texts, ids } = present(this.#block.column(id[name], 'text'))
    const column = { texts: texts.map((text) => cleanText(text, textLengths[name])), ids }
    this.#texts.set(name, column)
    return column
  }

  #unknown(row: number): UnknownOwner {
    const why = this.#whyOf(row)
    const user = this.text('user', row)
    if (user === '') return { kind: 'unknown', why }
    return { kind: 'unknown', why, account: { uid: this.number('uid', row), user } }
  }

  #whyOf(row: number): string {
    const isKnown = ownerKinds[this.#kinds![row]!] !== undefined
    return isKnown ? this.text('why', row) : 'a kind of owner that this version does not know'
  }
}

class ProcessView implements ProcessOwner {
  readonly kind = 'process'
  readonly #columns: OwnerColumns
  readonly #row: number

  constructor(columns: OwnerColumns, row: number) {
    this.#columns = columns
    this.#row = row
  }

  get pid(): number {
    return this.#columns.number('pid', this.#row)
  }
  get start(): HostTime {
    return hostTime(this.#columns.start(this.#row))
  }
  get parentPid(): number {
    return this.#columns.number('parentPid', this.#row)
  }
  get process(): string {
    return this.#columns.text('process', this.#row)
  }
  get exe(): string {
    return this.#columns.text('exe', this.#row)
  }
  get uid(): number {
    return this.#columns.number('uid', this.#row)
  }
  get user(): string {
    return this.#columns.text('user', this.#row)
  }
  get cgroup(): string {
    return this.#columns.text('cgroup', this.#row)
  }
  get container(): string {
    return this.#columns.text('container', this.#row)
  }
}
