import { closeSync } from 'node:fs'
import { limits } from '../../model/limits.ts'
import { createMap, loadBtf, mapFlag, mapType } from './bpf-syscall.ts'
import type { CaptureMaps } from './programs/emit.ts'
import { datagramKey, datagramValue, lossBytes, storage } from './records.ts'

/** Sizes that tests make small, to see what happens when they are full. */
export interface MapSizes {
  readonly closedRingBytes: number
  readonly eventRingBytes: number
  readonly datagramFlows: number
  readonly otherPeers: number
}

export const defaultMapSizes: MapSizes = {
  closedRingBytes: limits.closedRingBytes,
  eventRingBytes: limits.eventRingBytes,
  datagramFlows: limits.datagramFlowsMax,
  otherPeers: limits.otherPeersMax,
}

/** Makes the maps; `opened` takes each descriptor as soon as it is there. Throws `CaptureError`. */
export function createMaps(sizes: MapSizes, opened: (fd: number) => void): CaptureMaps {
  const create = (shape: Parameters<typeof createMap>[0]) => {
    const fd = createMap(shape)
    opened(fd)
    return fd
  }
  // Not LRU: under many peers it forgets entries that are in use, and their bytes with them.
  const datagrams = (name: string, entries: number) =>
    create({
      name,
      type: mapType.hash,
      keyBytes: datagramKey.bytes,
      valueBytes: datagramValue.bytes,
      entries,
    })
  const ring = (name: string, entries: number) =>
    create({ name, type: mapType.ring, keyBytes: 0, valueBytes: 0, entries })
  return {
    storage: createStorage(create),
    closed: ring('closed', sizes.closedRingBytes),
    events: ring('events', sizes.eventRingBytes),
    losses: create({
      name: 'losses',
      type: mapType.array,
      keyBytes: 4,
      valueBytes: lossBytes,
      entries: 1,
      flags: mapFlag.mmapable,
    }),
    datagrams: datagrams('datagrams', sizes.datagramFlows),
    otherPeers: datagrams('other_peers', sizes.otherPeers),
  }
}

/** Socket storage: allocated for each socket that needs it, and copied to what a listener accepts. */
function createStorage(create: (shape: Parameters<typeof createMap>[0]) => number): number {
  const btf = loadBtf(storageBtf())
  try {
    return create({
      name: 'sockets',
      type: mapType.socketStorage,
      keyBytes: 4,
      valueBytes: storage.bytes,
      entries: 0,
      flags: mapFlag.noPrealloc | mapFlag.clone,
      btf: { fd: btf, key: 1, value: 3 },
    })
  } finally {
    closeSync(btf)
  }
}

/** The least type information that socket storage asks for: `int` and a struct of as many words as it has. */
function storageBtf(): Uint8Array {
  const strings = Buffer.from('\0int\0storage\0words\0')
  const int = 1
  const words = 2
  const kind = (number: number, length: number) => (number << 24) | length
  const types = Uint32Array.from(
    [
      [strings.indexOf('int'), kind(1, 0), 4, (1 << 24) | 32],
      [0, kind(3, 0), 0, int, int, storage.bytes / 4],
      [strings.indexOf('storage'), kind(4, 1), storage.bytes, strings.indexOf('words'), words, 0],
    ].flat(),
  )
  const header = Buffer.alloc(24)
  header.writeUInt16LE(0xeb9f, 0)
  header[2] = 1
  header.writeUInt32LE(header.length, 4)
  header.writeUInt32LE(types.byteLength, 12)
  header.writeUInt32LE(types.byteLength, 16)
  header.writeUInt32LE(strings.length, 20)
  return Buffer.concat([header, Buffer.from(types.buffer), strings])
}
