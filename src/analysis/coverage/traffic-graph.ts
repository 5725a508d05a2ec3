import { wireLimits } from '../../model/wire-limits.ts'

/** What two ends said to each other of one service. */
export interface Edge {
  /** Index of a host; -1: an end that cannot be instrumented. At least one of the two is a host. */
  readonly a: number
  readonly b: number
  readonly service: string
  bytes: number
  flows: number
}

export interface Conversation {
  /** Names of hosts; undefined: an end that cannot be instrumented. */
  readonly ends: readonly [string | undefined, string | undefined]
  readonly service: string
  readonly bytes: number
  readonly flows: number
}

/** Who talks to whom at a site. What goes on between ends that are no hosts is not part of it. */
export class TrafficGraph {
  readonly #indexes = new Map<string, number>()
  readonly #edges = new Map<string, Edge>()
  readonly #edgesMax: number
  /** Of conversations that did not fit. */
  readonly left = { bytes: 0, flows: 0 }

  constructor(edgesMax: number = wireLimits.studyEdgesMax) {
    this.#edgesMax = edgesMax
  }

  /** Names of all hosts, by their index. */
  get hosts(): readonly string[] {
    return [...this.#indexes.keys()]
  }

  get edges(): readonly Edge[] {
    return [...this.#edges.values()]
  }

  /** A host that may have said nothing. */
  addHost(name: string): void {
    this.#indexOf(name)
  }

  add({ ends, service, bytes, flows }: Conversation): void {
    if (ends[0] === undefined && ends[1] === undefined) return
    const [a, b] = ends.map((end) => (end === undefined ? -1 : this.#indexOf(end))) as [
      number,
      number,
    ]
    const key = a < b ? `${a} ${b} ${service}` : `${b} ${a} ${service}`
    const edge = this.#edges.get(key)
    if (edge) {
      edge.bytes += bytes
      edge.flows += flows
    } else if (this.#edges.size < this.#edgesMax) {
      this.#edges.set(key, { a, b, service, bytes, flows })
    } else {
      this.left.bytes += bytes
      this.left.flows += flows
    }
  }

  #indexOf(name: string): number {
    const known = this.#indexes.get(name)
    if (known !== undefined) return known
    const index = this.#indexes.size
    this.#indexes.set(name, index)
    return index
  }
}
