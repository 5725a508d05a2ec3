import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import {
  actorOf,
  directions,
  endReasons,
  tcpStates,
  type FlowRecord,
} from '../../../src/model/flow.ts'
import { storedTimes } from '../../../src/model/stored-times.ts'
import { batchesOf, type Dataset } from './dataset.ts'

/** Columns of the other engines' tables; `process` and `user` are of whose traffic it is. Addresses as hexadecimal digits. */
export const csvColumns: Readonly<Record<string, (flow: FlowRecord) => string | number>> = {
  id: ({ id }) => id,
  start_ms: (flow) => storedTimes.start(flow),
  end_ms: (flow) => storedTimes.end(flow),
  protocol: ({ protocol }) => protocol,
  local: ({ localAddress }) => hex(localAddress),
  local_port: ({ localPort }) => localPort,
  remote: ({ remoteAddress }) => hex(remoteAddress),
  remote_port: ({ remotePort }) => remotePort,
  direction: ({ direction }) => directions.indexOf(direction),
  pid: (flow) => ownerOf(flow).pid,
  process: (flow) => ownerOf(flow).process,
  exe: (flow) => ownerOf(flow).exe,
  uid: (flow) => ownerOf(flow).uid,
  user: (flow) => ownerOf(flow).user,
  cgroup: (flow) => ownerOf(flow).cgroup,
  container: (flow) => ownerOf(flow).container,
  netns: ({ netns }) => netns,
  tx: ({ txBytes }) => txBytes,
  rx: ({ rxBytes }) => rxBytes,
  tx_packets: ({ txPackets }) => txPackets,
  rx_packets: ({ rxPackets }) => rxPackets,
  rtt_us: ({ rttUs }) => rttUs,
  retransmits: ({ retransmits }) => retransmits,
  state: ({ state }) => tcpStates.indexOf(state),
  end_reason: ({ endReason }) => endReasons.indexOf(endReason),
  flags: ({ flags }) => flags,
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')

function ownerOf(flow: FlowRecord) {
  const owner = actorOf(flow)
  if (owner.kind !== 'process') throw new Error('each generated flow has a process')
  return owner
}

/** A file a day, without a head. */
export async function writeCsv(data: Dataset, folder: string): Promise<void> {
  const columns = Object.values(csvColumns)
  let day = -1
  let file: ReturnType<typeof createWriteStream> | undefined
  for (const batch of batchesOf(data)) {
    if (batch.day !== day) {
      await ended(file)
      day = batch.day
      file = createWriteStream(join(folder, csvName(day)))
    }
    const lines = batch.flows.map((flow) => `${columns.map((column) => column(flow)).join(',')}\n`)
    if (!file!.write(lines.join(''))) await once(file!, 'drain')
  }
  await ended(file)
}

export const csvName = (day: number) => `${String(day).padStart(2, '0')}.csv`

async function ended(file: ReturnType<typeof createWriteStream> | undefined): Promise<void> {
  if (!file) return
  file.end()
  await once(file, 'finish')
}
