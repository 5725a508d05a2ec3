/** A quantile is off by at most this part of itself. */
export const quantileError = 0.01

const growth = (1 + quantileError) / (1 - quantileError)

/** Upper edges of all buckets, up to 2^53; bucket 0 holds 1. The geometry of DDSketch (Masson et al. 2019). */
const edges = (() => {
  const all = [1]
  while (all.at(-1)! < Number.MAX_SAFE_INTEGER) all.push(all.at(-1)! * growth)
  return Float64Array.from(all)
})()

export const bucketCount = edges.length
/** So often the buckets can be joined two by two before there is one. */
export const halvingsMax = Math.ceil(Math.log2(bucketCount))

/** The truth is in `low..high`, and `value` within `quantileError` of it. */
export interface Quantile {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Counts of a run of buckets that begins with `first`; the first and the last are not 0. */
export interface BucketCounts {
  readonly first: number
  readonly counts: Float64Array
}

/**
 * How often whole numbers of each size occurred, in buckets that grow by 2 %: for round-trip times and durations. Zero
 * has a bucket of its own. A value that is not known is left out by whoever adds. Merging adds counts, so any order
 * gives the same.
 */
export class LogHistogram {
  #zeros = 0
  #first = 0
  #counts = new Float64Array(0)
  /** How often buckets were joined two by two. */
  #halvings = 0

  /** Of counts from outside; the codec has checked them. */
  static of(zeros: number, { first, counts }: BucketCounts, halvings = 0): LogHistogram {
    const made = new LogHistogram()
    made.#halvings = halvings
    made.#zeros = zeros
    made.#first = first
    made.#counts = counts.slice()
    return made
  }

  /** A whole number from 0 to 2^53, so many times. */
  add(value: number, times = 1): void {
    if (value < 1) this.#zeros += times
    else this.#addTo(bucketOf(value) >> this.#halvings, times)
  }

  merge(other: LogHistogram): LogHistogram {
    const halvings = Math.max(this.#halvings, other.#halvings)
    const merged = new LogHistogram()
    merged.#halvings = halvings
    merged.#zeros = this.#zeros + other.#zeros
    merged.#addAll(this)
    merged.#addAll(other)
    return merged
  }

  /** In at most so many buckets: each time they are half as many, a quantile is twice as far off. */
  thinned(bucketsMax: number): LogHistogram {
    const thin = new LogHistogram()
    thin.#zeros = this.#zeros
    thin.#halvings = this.#halvings
    const { first, counts } = this.buckets()
    const last = first + counts.length - 1
    for (let by = 0; (last >> by) - (first >> by) >= bucketsMax; by++)
      thin.#halvings = this.#halvings + by + 1
    if (thin.#halvings === this.#halvings) return this
    thin.#addAll(this)
    return thin
  }

  /** 0 where nothing was thinned. */
  get halvings(): number {
    return this.#halvings
  }

  /** Of one that was thinned no more than this one. */
  #addAll(other: LogHistogram): void {
    const by = this.#halvings - other.#halvings
    other.#counts.forEach((times, i) => {
      if (times > 0) this.#addTo((other.#first + i) >> by, times)
    })
  }

  get zeros(): number {
    return this.#zeros
  }

  /** Without zeros. */
  buckets(): BucketCounts {
    const from = this.#counts.findIndex((times) => times > 0)
    if (from === -1) return { first: 0, counts: new Float64Array(0) }
    const to = this.#counts.findLastIndex((times) => times > 0) + 1
    return { first: this.#first + from, counts: this.#counts.slice(from, to) }
  }

  count(): number {
    return this.#counts.reduce((sum, times) => sum + times, this.#zeros)
  }

  /** The smallest value that at least the part `at` (0 to 1) of all values do not exceed; undefined of no values. */
  quantile(at: number): Quantile | undefined {
    const count = this.count()
    if (count === 0) return undefined
    let left = Math.max(1, Math.ceil(at * count)) - this.#zeros
    if (left <= 0) return { value: 0, low: 0, high: 0 }
    const place = this.#counts.findIndex((times) => (left -= times) <= 0)
    return quantileIn(this.#first + place, this.#halvings)
  }

  #addTo(bucket: number, times: number): void {
    const at = bucket - this.#first
    if (at < 0 || at >= this.#counts.length) this.#widenTo(bucket)
    this.#counts[bucket - this.#first]! += times
  }

  /** By an eighth of all buckets to each side, so that values that wander do not copy each time. */
  #widenTo(bucket: number): void {
    const spare = this.#counts.length === 0 ? 0 : Math.ceil(bucketCount / 8)
    const [from, to] =
      this.#counts.length === 0
        ? [bucket, bucket + 1]
        : [
            Math.min(this.#first, Math.max(0, bucket - spare)),
            Math.max(this.#first + this.#counts.length, Math.min(bucketCount, bucket + spare + 1)),
          ]
    const wider = new Float64Array(to - from)
    if (this.#counts.length > 0) wider.set(this.#counts, this.#first - from)
    this.#first = from
    this.#counts = wider
  }
}

/** The bucket whose upper edge is the first that is not below the value, by search: a logarithm can miss it by one. */
export function bucketOf(value: number): number {
  let low = 0
  let high = bucketCount - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Values are whole, so the bucket's bounds are too, and a narrow bucket is exact. */
function quantileIn(place: number, halvings: number): Quantile {
  const bucket = place * 2 ** halvings
  const last = Math.min(bucketCount, bucket + 2 ** halvings) - 1
  const low = bucket === 0 ? 1 : Math.floor(edges[bucket - 1]!) + 1
  const high = Math.floor(edges[last]!)
  // The one point as far from both ends, in parts of them: of one bucket no value is off by more than `quantileError`.
  return { value: (2 * low * high) / (low + high), low, high }
}
