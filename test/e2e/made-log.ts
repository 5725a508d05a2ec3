import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { gapReason } from '../../src/model/gap.ts'
import type { ProcessOwner } from '../../src/model/owner.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { at, epoch, options } from '../log/scratch-log.ts'
import { recordOf } from '../sim/record.ts'
import { address, curl } from '../sim/sample.ts'

const minute = 60_000

/** 22:13:20 in UTC, when the made log begins; it has three hours. */
export const madeSince = new Date(epoch).toISOString()
export const madeUntil = new Date(epoch + 180 * minute).toISOString()

const owner = (process: string, user: string, uid: number): ProcessOwner => ({
  ...curl,
  process,
  user,
  uid,
  pid: 1000 + uid,
  exe: `/usr/bin/${process}`,
  cgroup: `/system.slice/${process}.service`,
})
const nginx = owner('nginx', 'www-data', 33)
const rsync = owner('rsync', 'bob', 1001)
const firefox = owner('firefox-esr', 'alice', 1000)
const backupMinutes = 60

/** Records that end in that minute: a web server all the time, a backup for an hour, a browser now and then. */
function recordsOf(minuteOf: number): FlowRecord[] {
  const end = hostTime(epoch + minuteOf * minute)
  const common = (id: number, ms: number) => ({
    id: minuteOf * 10 + id,
    end,
    start: hostTime(end - ms),
  })
  const served = [0, 1, 2].map((n) =>
    recordOf({
      ...common(n, 800 + 100 * n),
      owner: nginx,
      direction: 'inbound',
      localPort: 443,
      remoteAddress:
        n === 2 ? address('2001:db8::21') : address(`198.51.100.${20 + (minuteOf % 7)}`),
      remotePort: 50_000 + minuteOf,
      txBytes: 40_000 + 900 * (minuteOf % 13) * n,
      rxBytes: 2_000 + n,
      rttUs: 18_000 + 3_000 * n + 40 * minuteOf,
      retransmits: minuteOf % 5 === 0 ? 1 : 0,
    }),
  )
  const backup = recordOf({
    ...common(3, minute),
    // One flow of an hour, exported each minute.
    id: 3,
    owner: rsync,
    remoteAddress: address('203.0.113.40'),
    remotePort: 873,
    txBytes: 30_000_000 + 100_000 * (minuteOf % 10),
    rxBytes: 120_000,
    endReason: minuteOf === 2 * backupMinutes - 1 ? 'end detected' : 'active',
    state: 'established',
  })
  const browsed = recordOf({
    ...common(4, 4_000),
    owner: firefox,
    remoteAddress: address(`192.0.2.${minuteOf % 50}`),
    txBytes: 3_000,
    rxBytes: 900_000 + 1_000 * minuteOf,
    rttUs: 31_000,
  })
  const isBackup = minuteOf >= backupMinutes && minuteOf < 2 * backupMinutes
  return [...served, ...(isBackup ? [backup] : []), ...(minuteOf % 4 === 1 ? [browsed] : [])]
}

/** A log of three hours, in which ten minutes are missing. */
export function makeLog(path: string): void {
  const log = openFlowLog(path, options, at(0))
  for (let m = 1; m < 180; m++) {
    if (m === 150) {
      const gap = { from: hostTime(epoch + 140 * minute), to: hostTime(epoch + 150 * minute) }
      log.append([], [{ ...gap, reason: gapReason.recorderDown, count: 0 }], at(m * minute))
    }
    if (m < 140 || m >= 150) log.append(recordsOf(m), [], at(m * minute))
  }
  log.close(at(180 * minute))
}
