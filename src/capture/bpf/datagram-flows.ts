import { limits } from '../../model/limits.ts'
import { seconds } from '../../model/quantity.ts'
import type { SampleSink } from '../../model/sample.ts'
import { lookupBatch, takeEntry } from './bpf-syscall.ts'
import type { CaptureMaps } from './programs/emit.ts'
import { datagramKey, datagramValue } from './records.ts'
import { recordMemory } from './ring-buffer.ts'
import type { SampleDecoder } from './sample-decoder.ts'

const batchEntries = 4096
const high = 0x1_0000_0000
/** As the flow table ends flows: what is silent for so long makes room. */
const idleNs = seconds(90) * 1e6
/** The coarse clock that stamps packets lags by a tick, 10 ms at most. */
const coarseNs = 20e6

/** Reads the flows that are not TCP out of their maps, and takes out those that are over. */
export class DatagramFlows {
  readonly #maps: CaptureMaps
  readonly #decoder: SampleDecoder
  readonly #keys = recordMemory(new Uint8Array(batchEntries * datagramKey.bytes))
  readonly #values = recordMemory(new Uint8Array(batchEntries * datagramValue.bytes))
  readonly #last = recordMemory(new Uint8Array(datagramValue.bytes))
  readonly #cursor = new Uint8Array(datagramKey.bytes)
  /** High half by low half of the cookie; of two with one low half the first ends by being idle. */
  readonly #released = new Map<number, number>()
  #polledNs = 0

  constructor(maps: CaptureMaps, decoder: SampleDecoder) {
    this.#maps = maps
    this.#decoder = decoder
  }

  /** A socket was closed: its flows end with the next poll. */
  release(cookieLow: number, cookieHigh: number): void {
    if (this.#released.size < limits.releasedSocketsMax) this.#released.set(cookieLow, cookieHigh)
  }

  /** Hands over what has changed or ended since the last poll; false if the kernel did not let us read all. */
  poll(nowNs: number, sink: SampleSink): boolean {
    const whole =
      this.#walk(this.#maps.datagrams, nowNs, sink) &&
      this.#walk(this.#maps.otherPeers, nowNs, sink)
    this.#released.clear()
    this.#polledNs = nowNs
    return whole
  }

  #walk(map: number, nowNs: number, sink: SampleSink): boolean {
    const buffers = {
      keys: this.#keys.bytes,
      values: this.#values.bytes,
      entries: batchEntries,
      cursor: this.#cursor,
    }
    for (let first = true; ; first = false) {
      const batch = lookupBatch(map, buffers, first)
      if (typeof batch === 'number') return false
      for (let i = 0; i < batch.count; i++) this.#look(map, i, nowNs, sink)
      if (!batch.more) return true
    }
  }

  #look(map: number, index: number, nowNs: number, sink: SampleSink): void {
    const key = index * datagramKey.bytes
    const value = index * datagramValue.bytes
    const at = (value + datagramValue.last) >>> 2
    const lastNs = this.#values.words[at]! + this.#values.words[at + 1]! * high
    if (this.#isReleased(key) || lastNs < nowNs - idleNs) {
      this.#last.bytes.set(this.#values.bytes.subarray(value, value + datagramValue.bytes))
      takeEntry(map, this.#keys.bytes.subarray(key, key + datagramKey.bytes), this.#last.bytes)
      sink(this.#decoder.datagram(this.#keys, key, this.#last, 0, true))
    } else if (lastNs >= this.#polledNs - coarseNs) {
      sink(this.#decoder.datagram(this.#keys, key, this.#values, value, false))
    }
  }

  #isReleased(key: number): boolean {
    if (this.#released.size === 0) return false
    const at = (key + datagramKey.cookie) >>> 2
    return this.#released.get(this.#keys.words[at]!) === this.#keys.words[at + 1]
  }
}
