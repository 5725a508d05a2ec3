import { closeSync, openSync } from 'node:fs'
import { openFlowLog } from '../../src/log/flow-log.ts'
import { LogError } from '../../src/log/log-error.ts'
import { scanLog } from '../../src/log/scan-log.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'

/**
 * A program of its own, started with a limit of descriptors: uses them up, and then reads the log of a directory, or
 * opens it for writing and appends to it, with no descriptor to spare, with one, and so on. Prints what came of each.
 * Arguments: `scan` or `write`, directory, how many to spare in the end.
 */
const [task = '', directory = '', spares = ''] = process.argv.slice(2)

function scan(): number {
  let rows = 0
  for (const piece of scanLog(directory, { from: hostTime(0), to: hostTime(9e15) }))
    if (piece.kind === 'rows') rows += piece.rows.length
  return rows
}

function write(): number {
  // A day later: so many runs in one minute are a crash loop, in which nothing is written at once.
  const now = { wall: hostTime(Date.now() + 86_400_000), monotonic: millis(0) }
  const log = openFlowLog(
    directory,
    {
      hostId: '1'.repeat(32),
      bootId: '2'.repeat(32),
      retention: { age: seconds(1e9), bytes: 1e12, freeBytes: 0 },
      tryLock: () => true,
    },
    now,
  )
  const outcome = log.append([], [], now)
  log.close(now)
  return outcome.kind === 'written' ? outcome.rows : -1
}

function outcome(): string {
  try {
    return String(task === 'scan' ? scan() : write())
  } catch (error) {
    if (!(error instanceof LogError)) throw error
    return `${error.code}: ${error.message}`
  }
}

const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EMFILE')) throw error
}
const said = [outcome()]
while (said.length <= Number(spares)) {
  closeSync(taken.pop()!)
  said.push(outcome())
}
for (const fd of taken) closeSync(fd)
console.log(JSON.stringify(said))
