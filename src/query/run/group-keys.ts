import type { FlowRecord } from '../../model/flow.ts'
import { asOf, countryOf } from '../../model/whereabouts/known-whereabouts.ts'
import { protocolsWithPorts } from '../filter/flow-predicate.ts'
import type { GroupValue } from '../group-name.ts'
import { fieldValue, loopbackValue } from '../group-value.ts'
import { KeysOfGroups, type GroupKeyValues } from '../keys-of-groups.ts'
import type { GroupColumns } from '../partial-groups.ts'
import type { GroupableField, GroupKey, Question } from '../question.ts'
import type { Batch } from './batch.ts'
import { addressDimension } from './address-dimension.ts'
import {
  actorDimension,
  computedDimension,
  constantDimension,
  smallDimension,
  timeDimension,
  type Dimension,
  type Numbered,
} from './dimension.ts'
import { lookedUpDimension } from './looked-up-dimension.ts'
import { MetGroups } from './met-groups.ts'
import { PairTable } from '../pair-table.ts'
import { allRows } from './selection.ts'

export const hourMs = 3_600_000

type FieldReader = (flow: FlowRecord) => GroupValue

const fieldReader =
  (field: GroupableField): FieldReader =>
  (flow) =>
    fieldValue(field, flow, '')

const actorFields: readonly GroupableField[] = [
  'owner',
  'pid',
  'process',
  'exe',
  'uid',
  'user',
  'cgroup',
  'container',
]
const isOfActor = (field: GroupableField) => actorFields.includes(field)

/** What tells the values of one field apart. */
export function fieldDimension(field: GroupableField, host: string): Dimension {
  if (isOfActor(field)) return actorDimension([fieldReader(field)])
  switch (field) {
    case 'host':
      return constantDimension(host)
    case 'local_ip':
      return addressDimension('localAddress')
    case 'remote_ip':
      return addressDimension('remoteAddress')
    case 'remote_country':
      return lookedUpDimension(countryOf)
    case 'remote_as':
      return lookedUpDimension(asOf)
    case 'local_port':
      return smallDimension('localPort', fieldReader(field))
    case 'remote_port':
      return smallDimension('remotePort', fieldReader(field))
    case 'netns':
      return computedDimension(netnsOf)
    case 'end_reason':
      return smallDimension('endReason', fieldReader(field))
    case 'protocol':
    case 'direction':
    case 'state':
      return smallDimension(field, fieldReader(field))
    default:
      throw new Error(`${field} is of the actor`)
  }
}

function netnsOf(batch: Batch): (piece: number) => number | null {
  const { values, at } = batch.numbers('netns')
  return (piece) => values[at[piece]!]! || null
}

function keyDimension(key: Exclude<GroupKey, { kind: 'field' }>): Dimension {
  switch (key.kind) {
    case 'network':
      return addressDimension(key.end === 'local' ? 'localAddress' : 'remoteAddress', key)
    case 'service':
      return computedDimension(serviceOf)
    case 'loopback':
      return computedDimension(loopbackOf)
    case 'hour':
      return timeDimension(hourMs, (hour) => hour % 24)
  }
}

function loopbackOf(batch: Batch): (piece: number) => string {
  const { values, at } = batch.numbers('flags')
  return (piece) => loopbackValue(values[at[piece]!]!)
}

function serviceOf({ columns, rows }: Batch): (piece: number) => number | null {
  const protocols = columns.column('protocol')
  const directions = columns.column('direction')
  const locals = columns.column('localPort')
  const remotes = columns.column('remotePort')
  return (piece) => {
    const row = rows[piece]!
    if (!protocolsWithPorts.has(protocols[row]!)) return null
    const direction = directions[row]!
    if (direction === 1) return remotes[row]!
    if (direction === 2) return locals[row]!
    return Math.min(locals[row]!, remotes[row]!)
  }
}

/** Where a key's value is among those of the dimensions. */
interface Place {
  readonly dimension: number
  readonly field: number
}

/** Numbers the groups of a question. */
export class GroupKeys {
  readonly #dimensions: Dimension[] = []
  readonly #places: Place[] = []
  /** The last of the dimensions is the bin. */
  readonly #hasBin: boolean
  /** Pairs of what comes before (a pair, or the first dimension's number) and the next dimension's number. */
  readonly #pairs: PairTable[] = []
  /** Of one dimension alone, or none: the groups are its numbers, but not all belong to rows that were counted. */
  readonly #counted = new MetGroups()

  constructor({ by, bin }: Pick<Question, 'by' | 'bin'>, host: string) {
    const ofActor = by.flatMap((key) =>
      key.kind === 'field' && isOfActor(key.field) ? [key.field] : [],
    )
    const actor = ofActor.length > 0 ? this.#push(actorDimension(ofActor.map(fieldReader))) : -1
    let field = 0
    for (const key of by) {
      if (key.kind === 'field' && isOfActor(key.field))
        this.#places.push({ dimension: actor, field: field++ })
      else {
        const dimension = key.kind === 'field' ? fieldDimension(key.field, host) : keyDimension(key)
        this.#places.push({ dimension: this.#push(dimension), field: 0 })
      }
    }
    this.#hasBin = bin !== undefined
    if (bin !== undefined) this.#push(timeDimension(bin, (number) => number * bin))
    this.#pairs = this.#dimensions.slice(1).map(() => new PairTable())
  }

  /** How many groups there are. */
  get count(): number {
    return this.#pairs.at(-1)?.size ?? this.#counted.count
  }

  /** One past the largest number of a group. */
  get end(): number {
    return this.#pairs.at(-1)?.size ?? this.#counted.end
  }

  /** The numbers of the groups. */
  groups(): Uint32Array {
    return this.#pairs.length > 0 ? allRows(this.end) : this.#counted.all()
  }

  /** Memory that grows with the groups; nearly. */
  get bytes(): number {
    const ofPairs = this.#pairs.reduce((sum, { bytes }) => sum + bytes, 0)
    return this.#dimensions.reduce((sum, { bytes }) => sum + bytes(), ofPairs)
  }

  /** Values of each dimension; `groupsOf` makes groups of them. @throws DamagedColumn */
  valuesOf(batch: Batch): readonly Numbered[] {
    return this.#dimensions.map((dimension) => dimension.numbersOf(batch))
  }

  /** The group of each piece, of which there are some; may change `values`. */
  groupsOf([first, ...others]: readonly Numbered[], pieces: number): Uint32Array {
    if (others.length === 0) this.#counted.add(first?.met ?? [0])
    const groups = first?.numbers ?? new Uint32Array(pieces)
    others.forEach(({ numbers }, i) => this.#pairs[i]!.numberAll(groups, numbers))
    return groups
  }

  /** Of groups by their numbers. */
  namesOf(groups: Uint32Array): Pick<GroupColumns, 'keys' | 'bins'> {
    const last = this.#dimensions.length - 1
    if (!this.#hasBin)
      return {
        keys: new KeysOfGroups(groups, (group) => this.#keyOf(group, last)),
        bins: undefined,
      }
    const pairs = this.#pairs[last - 1]
    const binAt = this.#dimensions[last]!.valuesAt
    const begins: number[] = []
    const numbers = new Uint32Array(groups.length)
    const bins = new Float64Array(groups.length)
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i]!
      if (pairs) numbers[i] = pairs.left(group)
      const bin = pairs ? pairs.right(group) : group
      bins[i] = begins[bin] ??= Number(binAt(bin)[0])
    }
    return { keys: new KeysOfGroups(numbers, (number) => this.#keyOf(number, last - 1)), bins }
  }

  /** The values of the dimensions up to `last`, to which `number` belongs. */
  #keyOf(number: number, last: number): GroupKeyValues {
    const values: GroupKeyValues[] = []
    let rest = number
    for (let i = last; i >= 0; i--) {
      const pairs = i > 0 ? this.#pairs[i - 1] : undefined
      values[i] = this.#dimensions[i]!.valuesAt(pairs ? pairs.right(rest) : rest)
      if (pairs) rest = pairs.left(rest)
    }
    return this.#places.map(({ dimension, field }) => values[dimension]![field]!)
  }

  #push(dimension: Dimension): number {
    return this.#dimensions.push(dimension) - 1
  }
}
