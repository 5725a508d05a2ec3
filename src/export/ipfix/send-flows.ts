import { createSocket, type Socket } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import type { FlowRecord } from '../../model/flow.ts'
import { ExportError } from '../export-error.ts'
import { IpfixMessages } from './ipfix-messages.ts'

/**
 * UDP has no way for a collector to say that it cannot follow, and its socket holds 200 kB: so many messages, and a pause,
 * 3.5 MB/s at most. At 28 MB/s nfcapd on a busy machine lost some.
 */
const burst = 10
const pauseMs = 4

export interface Collector {
  /** A name or an address. */
  readonly host: string
  readonly port: number
}

/** Sends flows to a collector; what it received, only it can say. */
export class IpfixExporter {
  readonly #socket: Socket
  readonly #messages: IpfixMessages
  #sent = 0

  private constructor(socket: Socket, domain: number) {
    this.#socket = socket
    this.#messages = new IpfixMessages(domain)
  }

  /** @throws ExportError where the host has no address. */
  static async open({ host, port }: Collector, domain: number): Promise<IpfixExporter> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      const refuse = (cause: Error) =>
        reject(
          new ExportError('collector', `${host}:${port} cannot be sent to: ${cause.message}`, {
            next: 'Name the collector as host:port.',
            cause,
          }),
        )
      // A name that is not found is told to the callback, which the types do not say.
      socket.connect(port, host, (cause?: Error) => {
        if (cause) {
          socket.close()
          return refuse(cause)
        }
        // A collector that is not there answers by ICMP: told by the send that follows.
        socket.on('error', () => {})
        resolve()
      })
    })
    return new IpfixExporter(socket, domain)
  }

  /** @throws ExportError where the system does not send. */
  async send(flows: readonly FlowRecord[]): Promise<void> {
    for (const message of this.#messages.encode(flows, Date.now())) {
      await this.#sendOne(message)
      this.#sent += 1
      if (this.#sent % burst === 0) await setTimeout(pauseMs)
    }
  }

  close(): void {
    this.#socket.close()
  }

  #sendOne(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(message, (cause) => {
        if (!cause) return resolve()
        return reject(
          new ExportError('collector', `the collector does not take it: ${cause.message}`, {
            next: 'See whether it runs and listens on that UDP port.',
            cause,
          }),
        )
      })
    })
  }
}
