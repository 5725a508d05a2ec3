import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { openFlowLog } from '../../src/log/flow-log.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import { numberedFlows } from './numbered-flows.ts'

/**
 * A program of its own: appends, seals and deletes as fast as it can until it is killed, and prints after each append
 * the last id that is acknowledged. Arguments: directory, first id, bytes that the log may take.
 */
const [directory = '', firstId = '1', bytes = '1000000000'] = process.argv.slice(2)
const pauseMs = 2
const epoch = 1_700_000_000_000
const started = performance.now()
const now = () => {
  const ms = performance.now() - started
  // A thousand times as fast, so that upkeep is always due.
  return { wall: hostTime(Date.now()), monotonic: millis(ms * 1_000) }
}
const log = openFlowLog(
  directory,
  {
    hostId: '1'.repeat(32),
    bootId: '2'.repeat(32),
    retention: { age: seconds(1e9), bytes: Number(bytes), freeBytes: 0 },
    tryLock: () => true,
  },
  now(),
)
let next = Number(firstId)
for (;;) {
  const count = 1 + (next % 60)
  const outcome = log.append(numberedFlows(next, count, epoch + next), [], now())
  if (outcome.kind !== 'written') throw new Error(outcome.kind)
  next += count
  writeSync(1, `${next - 1}\n`)
  for (let step = 0; step < 3; step++) log.maintain(now())
  // Two cores are shared with the reader, and its decoding takes longer than this writing.
  await setTimeout(pauseMs)
}
