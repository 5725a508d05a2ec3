import type { Readable } from 'node:stream'
import type { FlowRecord } from '../model/flow.ts'
import { FrameReader } from '../model/frame.ts'
import { decodeLive, type Hello, type RecorderStatus } from '../model/live-message.ts'
import type { Millis } from '../model/quantity.ts'
import { HostError } from './host-error.ts'

/** How a recorder says it is. */
export interface HeardStatus {
  readonly hello: Hello
  readonly status: RecorderStatus
  /** What its log did not hold then. */
  readonly unlogged: readonly FlowRecord[]
}

const next = 'See the end of its log: journalctl -u e2etop-record.'

/**
 * The first status on a recorder's live stream, which is then closed. @throws HostError where none comes in time
 * (a recorder that is stopped or starved), or something that is not understood
 */
export function hearStatus(stream: Readable, patience: Millis): Promise<HeardStatus> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader()
    const unlogged: FlowRecord[] = []
    let hello: Hello | undefined
    const fail = (code: string, message: string) => {
      clearTimeout(timer)
      stream.destroy()
      reject(new HostError(code, message, next))
    }
    const timer = setTimeout(() => {
      fail('silent', `the recorder has said nothing for ${patience / 1000} s`)
    }, patience)
    stream.on('error', (error) => fail('stream', error.message))
    stream.on('close', () => fail('ended', 'the recorder has closed the stream'))
    stream.on('data', (piece: Uint8Array) => {
      const result = reader.push(piece)
      if (result.kind === 'oversize') return fail('protocol', 'a frame is past the limit')
      for (const frame of result.frames) {
        const decoded = decodeLive(frame)
        if (!decoded.ok) return fail('protocol', decoded.why)
        if (decoded.message?.kind === 'hello') hello = decoded.message.hello
        if (decoded.message?.kind === 'waiting')
          for (const record of decoded.message.records) unlogged.push(record)
        if (decoded.message?.kind === 'failure')
          return fail('failure', decoded.message.failure.message)
        if (decoded.message?.kind !== 'status' || !hello) continue
        clearTimeout(timer)
        resolve({ hello, status: decoded.message.status, unlogged })
        stream.destroy()
        return
      }
    })
  })
}
