import { isIpv4 } from '../../model/address.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { biflowOf, templates, type IpfixField, type Template } from './templates.ts'

/** A message fits a UDP datagram that no link on the way has to cut. */
const messageBytesMax = 1_400
const headerBytes = 16
const setHeaderBytes = 4
const version = 10
const templateSet = 2
/** Text of a variable field is cut to what its short form of length can say (RFC 7011 7). */
const textBytesMax = 254

/**
 * Flows as IPFIX messages (RFC 7011), biflows after RFC 5103, for a collector over UDP. Each message begins with the
 * templates, because datagrams are lost and a collector may come late: 160 bytes of 1,400.
 */
export class IpfixMessages {
  readonly #domain: number
  /** Data records before the message: what the collector counts losses by. */
  #sequence = 0

  /** `domain`: the number of the observation domain, a host. */
  constructor(domain: number) {
    this.#domain = domain
  }

  /** `at`: ms since 1970, when the messages are sent. */
  *encode(flows: readonly FlowRecord[], at: number): Generator<Uint8Array> {
    const message = Buffer.alloc(messageBytesMax)
    let end = putTemplates(message)
    let records = 0
    let open: Template | undefined
    let setAt = 0
    for (const flow of flows) {
      const template = isIpv4(flow.localAddress) ? templates.v4 : templates.v6
      const record = encodeRecord(template, flow)
      if (end + setHeaderBytes + record.length > messageBytesMax) {
        yield this.#finish(message.subarray(0, end), records, at)
        end = putTemplates(message)
        records = 0
        open = undefined
      }
      if (open !== template) {
        setAt = end
        message.writeUInt16BE(template.number, setAt)
        end += setHeaderBytes
        open = template
      }
      record.copy(message, end)
      end += record.length
      records += 1
      message.writeUInt16BE(end - setAt, setAt + 2)
    }
    if (records > 0) yield this.#finish(message.subarray(0, end), records, at)
  }

  #finish(message: Buffer, records: number, at: number): Uint8Array {
    message.writeUInt16BE(version, 0)
    message.writeUInt16BE(message.length, 2)
    message.writeUInt32BE(Math.floor(at / 1000), 4)
    message.writeUInt32BE(this.#sequence >>> 0, 8)
    message.writeUInt32BE(this.#domain, 12)
    this.#sequence += records
    return new Uint8Array(message)
  }
}

/** Writes the set of templates behind the header; gives where it ends. */
function putTemplates(message: Buffer): number {
  const setAt = headerBytes
  let at = setAt + setHeaderBytes
  for (const { number, fields } of Object.values(templates)) {
    at = message.writeUInt16BE(number, at)
    at = message.writeUInt16BE(fields.length, at)
    for (const field of fields) at = putFieldSpecifier(message, field, at)
  }
  message.writeUInt16BE(templateSet, setAt)
  message.writeUInt16BE(at - setAt, setAt + 2)
  return at
}

function putFieldSpecifier(message: Buffer, field: IpfixField, at: number): number {
  const { element, enterprise, length = 0xffff } = field
  const after = message.writeUInt16BE(
    length,
    message.writeUInt16BE(enterprise === undefined ? element : element | 0x8000, at),
  )
  return enterprise === undefined ? after : message.writeUInt32BE(enterprise, after)
}

function encodeRecord({ fields }: Template, flow: FlowRecord): Buffer {
  const record = biflowOf(flow)
  return Buffer.concat(fields.map((field) => encodeValue(field, field.put(record))))
}

function encodeValue({ length }: IpfixField, value: ReturnType<IpfixField['put']>): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') {
    const text = Buffer.from(value).subarray(0, textBytesMax)
    return Buffer.concat([Uint8Array.of(text.length), text])
  }
  const bytes = Buffer.alloc(length ?? 0)
  if (typeof value === 'bigint') bytes.writeBigUInt64BE(value)
  else bytes.writeUIntBE(value, 0, bytes.length)
  return bytes
}
