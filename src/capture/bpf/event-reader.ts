import type { Owners } from '../owners/owners.ts'
import type { DatagramFlows } from './datagram-flows.ts'
import { event, eventKind } from './records.ts'
import type { RecordMemory, RingBuffer } from './ring-buffer.ts'

const high = 0x1_0000_0000
const nsPerTick = 1e7
const utf8 = new TextDecoder()

/** Reads the news beside flows: processes that started a program, and sockets that were closed. */
export class EventReader {
  readonly #ring: RingBuffer
  readonly #owners: Owners
  readonly #datagrams: DatagramFlows | undefined

  constructor(ring: RingBuffer, owners: Owners, datagrams: DatagramFlows | undefined) {
    this.#ring = ring
    this.#owners = owners
    this.#datagrams = datagrams
  }

  /** Before flows are decoded, so that their owners have a program file. */
  drain(): void {
    this.#ring.drain((memory, at) => {
      if (memory.words[at >>> 2] === eventKind.exec) this.#exec(memory, at)
      else {
        const cookie = (at + event.cookie) >>> 2
        this.#datagrams?.release(memory.words[cookie]!, memory.words[cookie + 1]!)
      }
    })
  }

  #exec({ words, bytes }: RecordMemory, at: number): void {
    const text = (from: number, length: number) => {
      const field = bytes.subarray(at + from, at + from + length)
      const end = field.indexOf(0)
      return utf8.decode(end === -1 ? field : field.subarray(0, end))
    }
    const start = (at + event.start) >>> 2
    const startNs = words[start]! + words[start + 1]! * high
    const tgid = words[(at + event.tgid) >>> 2]!
    const path = text(event.path, event.pathBytes)
    const file = text(event.file, event.fileBytes)
    this.#owners.recordExec(tgid, Math.floor(startNs / nsPerTick), path, file)
  }
}
