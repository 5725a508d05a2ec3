import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { defaultTimers } from '../../src/flow-table/timer-rules.ts'
import type { CaptureStatus } from '../../src/model/capture-status.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { defaultConfig } from '../../src/recorder/config.ts'
import { LiveReaders } from '../../src/recorder/live-readers.ts'
import { RecordLog } from '../../src/recorder/record-log.ts'
import { Recorder } from '../../src/recorder/recorder.ts'
import { mulberry32 } from '../log/busy-host.ts'
import { epoch, options, readAll, scratchDirectory } from '../log/scratch-log.ts'
import { FakeSource } from '../sim/fake-source.ts'
import { sampleOf } from '../sim/sample.ts'
import { wholeCapture } from '../sim/status.ts'

const flows = 1_000_000
const drains = 100
const drainMs = 100
const flowsADrain = flows / drains
/** Ends that the kernel's ring holds. */
const ringHolds = 20_000
/** The recorder was held up: what three drains would have taken waits in the ring, or does not fit. */
const missedDrains = [51, 52]
const lostInRing = 3 * flowsADrain - ringHolds
/** A million records as objects would take a GB. */
const memoryBytesMax = 150e6

const ordinary = sampleOf()

/** Counts as lost what its ring has no place for, as the BPF source does. */
class RingSource extends FakeSource {
  readonly #random = mulberry32(1)
  #sent = 0
  #lost = 0

  /** Flows that end now, with nothing in them that compresses, so that rows are as long as they get. */
  end(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#sent += 1
      if (this.ended.length >= ringHolds) this.#lost += 1
      else this.ended.push(this.#sample(this.#sent))
    }
  }

  override status(): CaptureStatus {
    const lost = { reason: 'ring-full', count: this.#lost, last: hostTime(epoch) }
    return { ...wholeCapture, lost: this.#lost > 0 ? [lost] : [] }
  }

  #sample(cookieLow: number) {
    const number = () => Math.floor(this.#random() * 2 ** 40)
    const end = hostTime(epoch + this.#random() * drains * drainMs)
    return {
      ...ordinary,
      cookieLow,
      localPort: number() % 65_536,
      remotePort: number() % 65_536,
      localAddress: this.#address(),
      remoteAddress: this.#address(),
      first: end,
      last: end,
      txBytes: number(),
      rxBytes: number(),
      txPackets: number(),
      rxPackets: number(),
      rttUs: number() % 2 ** 32,
      retransmits: number() % 2 ** 32,
      closed: true,
    }
  }

  #address(): Uint8Array {
    const bytes = new Uint8Array(16)
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.#random() * 256
    return bytes
  }
}

/** Runs all drains and ticks of the ten seconds; `away`: the log's directory is not where it was until they are over. */
async function burst({ away }: { readonly away: boolean }) {
  const scratch = scratchDirectory()
  const directory = join(scratch, 'log')
  mkdirSync(directory)
  let now = 0
  const clocks = () => ({
    wall: hostTime(epoch + now),
    monotonic: millis(now),
    boot: millis(now),
  })
  const config = { ...defaultConfig, exportTimer: seconds(300) }
  const log = RecordLog.open(directory, options, config, clocks())
  const source = new RingSource()
  const readers = new LiveReaders({ protocol: 1, version: '1', host: 'h', bootId: 'b' })
  const recorder = new Recorder({ source, readers, timers: defaultTimers, clocks, log })
  recorder.tick()
  if (away) renameSync(directory, join(scratch, 'away'))
  const before = await memoryBytes()
  for (let drain = 1; drain <= drains; drain++) {
    now = drain * drainMs
    source.end(flowsADrain)
    if (missedDrains.includes(drain)) continue
    if (drain % 10 === 0) recorder.tick()
    else recorder.drain()
  }
  const grown = (await memoryBytes()) - before
  const { waiting } = log.status()
  if (away) renameSync(join(scratch, 'away'), directory)
  recorder.stop()
  const { rows, gaps, damage } = readAll(directory)
  const lost = (reason: string) =>
    gaps.reduce((sum, gap) => sum + (gap.reason === reason ? gap.count : 0), 0)
  const ids = new Set(rows.map(({ id }) => id))
  return { grown, waiting, recorded: rows.length, distinct: ids.size, lost, gaps, damage }
}

/** Node offers its collector only behind a flag, which may be set late for contexts made afterwards. */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function memoryBytes(): Promise<number> {
  for (let time = 0; time < 2; time++) {
    collect()
    await setImmediate()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('a million flows in ten seconds', () => {
  test('all are in the log but those the ring had no place for, which a dated gap counts', async () => {
    const { grown, waiting, recorded, distinct, lost, gaps, damage } = await burst({ away: false })
    expect(damage).toEqual([])
    expect(lost('ring-full')).toBe(lostInRing)
    expect(recorded).toBe(flows - lostInRing)
    expect(distinct).toBe(recorded)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.from).toBeLessThan(gaps[0]!.to)
    expect(waiting).toBeLessThan(limits.recordsWaitingMax)
    expect(grown).toBeLessThan(memoryBytesMax)
  }, 60_000)

  test('without a disk memory fills to its limit, and what it has no place for is counted', async () => {
    const { grown, waiting, recorded, distinct, lost, damage } = await burst({ away: true })
    expect(damage).toEqual([])
    expect(lost('directory gone')).toBeGreaterThan(0)
    expect(recorded + lost('directory gone') + lost('ring-full')).toBe(flows)
    expect(distinct).toBe(recorded)
    expect(waiting).toBe(recorded)
    expect(grown).toBeLessThan(memoryBytesMax)
  }, 60_000)
})
