import { openFlowLog, type FlowLog } from '../../../src/log/flow-log.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime, millis, seconds } from '../../../src/model/quantity.ts'
import { tryFileLock } from '../../../src/recorder/file-lock.ts'
import { askModule } from './ask-program.ts'
import { batchesOf, dayMs, days, digestOf, prepared, startMs, type Dataset } from './dataset.ts'
import type { Engine } from './engine.ts'

/** Through our own writer: an append an export, sealed day by day. */
function writeLog(data: Dataset, folder: string): void {
  const log = openFlowLog(
    folder,
    {
      hostId: '0'.repeat(32),
      bootId: '0'.repeat(32),
      retention: { age: seconds(1e9), bytes: 1e12, freeBytes: 0 },
      tryLock: tryFileLock,
    },
    at(startMs),
  )
  let day = 0
  for (const batch of batchesOf(data)) {
    if (batch.day !== day) maintainAll(log, batch.atMs - 1)
    day = batch.day
    const outcome = log.append(batch.flows, [], at(batch.atMs))
    if (outcome.kind !== 'written') throw new Error(`the log took nothing: ${outcome.kind}`)
  }
  maintainAll(log, startMs + (days + 1) * dayMs)
  log.close(at(startMs + (days + 1) * dayMs))
}

const at = (ms: number) => ({ wall: hostTime(ms), monotonic: millis(ms - startMs) })

function maintainAll(log: FlowLog, ms: number): void {
  let step = 0
  while (log.maintain(at(ms + step * limits.logUpkeepMs)).kind !== 'idle') step += 1
}

export const ours: Engine = {
  name: 'e2etop',
  missing: () => undefined,
  prepare: (data) =>
    prepared(data, `log-${digestOf(['src/log/FORMAT.md'])}`, async (folder) =>
      writeLog(data, folder),
    ),
  ask: askModule('ours'),
}
