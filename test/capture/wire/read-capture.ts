import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import {
  readCaptureFile,
  type CaptureFileReport,
} from '../../../src/capture/wire/files/read-capture-file.ts'
import type { WireFlow } from '../../../src/capture/wire/wire-flow.ts'
import { WireLedger } from '../../../src/capture/wire/wire-ledger.ts'
import type { WireTotals } from '../../../src/capture/wire/wire-totals.ts'
import { pcap, type PcapForm, type Written } from './capture-bytes.ts'

export interface Read {
  readonly report: CaptureFileReport
  readonly totals: WireTotals
  readonly flows: readonly WireFlow[]
}

let folder: string | undefined
let files = 0

/** Writes bytes to a file of their own, removed after the test file. */
export function scratchFile(bytes: Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'e2etop-wire-'))
  files += 1
  const path = join(folder, `${files}.pcap`)
  writeFileSync(path, bytes)
  return path
}

/** Inside a test file that uses `scratchFile`. */
export function removeScratchFiles(): void {
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    folder = undefined
  })
}

/** What e2etop makes of a file. */
export function readFile(path: string, flowsMax?: number): Read {
  const ledger = new WireLedger(undefined, flowsMax)
  const report = readCaptureFile(path, (packet) => ledger.add(packet))
  return { report, totals: ledger.totals(), flows: [...ledger.flows()] }
}

export const readBytes = (bytes: Uint8Array, flowsMax?: number): Read =>
  readFile(scratchFile(bytes), flowsMax)

/** What e2etop makes of packets in a pcap file. */
export const readPackets = (packets: readonly Written[], form?: PcapForm, flowsMax?: number) =>
  readBytes(pcap(packets, form), flowsMax)
