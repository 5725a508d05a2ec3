import {
  datagramKey,
  datagramValue,
  identity,
  tcpRecord,
} from '../../../src/capture/bpf/records.ts'
import { recordMemory, type RecordMemory } from '../../../src/capture/bpf/ring-buffer.ts'

/** Fields of a record by their names, as programs would have written them; the others are 0. */
export type Fields = Readonly<Record<string, number | bigint | string | Uint8Array>>

const layouts = { tcpRecord, datagramKey, datagramValue, identity } as const

/** Bytes of one record: number = 4 bytes, bigint = 8, string = text, bytes as they are; `byte:x` one byte. */
export function recorded(layout: keyof typeof layouts, fields: Fields): RecordMemory {
  const places: Readonly<Record<string, number>> = layouts[layout]
  const bytes = Buffer.alloc(places['bytes']!)
  for (const [name, value] of Object.entries(fields)) {
    const place = places[name.replace('byte:', '')]
    if (place === undefined) throw new Error(`no field ${name}`)
    if (typeof value === 'string') bytes.write(value, place)
    else if (typeof value === 'bigint') bytes.writeBigUInt64LE(value, place)
    else if (typeof value !== 'number') bytes.set(value, place)
    else if (name.startsWith('byte:')) bytes[place] = value
    else bytes.writeUInt32LE(value, place)
  }
  return recordMemory(new Uint8Array(bytes))
}

export const networkPort = (port: number) => Uint8Array.of(port >> 8, port & 0xff)

export const process = (fields: Fields) => recorded('identity', fields).bytes
