import { statSync } from 'node:fs'
import { hostAddresses } from '../../capture/interfaces/host-addresses.ts'
import { interfaceNames } from '../../capture/interfaces/interface-counters.ts'
import { kindsOfInterfaces } from '../../capture/interfaces/interface-kind.ts'
import { PcapngWriter } from '../../capture/wire/files/pcapng-writer.ts'
import type { LiveCapture } from '../../capture/wire/live/live-capture.ts'
import { openInterfaces } from '../../capture/wire/live/open-interfaces.ts'
import { OwnedPackets } from '../../host/owned-packets.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { millis } from '../../model/quantity.ts'
import { flowPredicate } from '../../query/filter/flow-predicate.ts'
import type { Answer } from '../../query/session.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { parseDuration } from '../command-line/duration.ts'
import { exitCode } from '../exit-code.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import { whatIsMissing } from '../recording/once.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { version } from '../version.ts'
import { watchRecorder } from '../recording/watch-recorder.ts'
import { withComplaint, type WatchedRecorder } from '../recording/watched-recorder.ts'
import { parseOwnWhere } from '../command-line/where.ts'

/** Writes the packets of the flows that a filter matches, each with its owner: 0 whole, 3 where some may be missing. */
export async function capture({ options }: Arguments): Promise<number> {
  const path = options.get('write')
  if (path === undefined) throw new UsageError('capture needs -w FILE')
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const look = options.get('for')
  const until = look === undefined ? Infinity : parseDuration(look, '--for')
  const where = parseOwnWhere(options.get('where'))
  const matches = where ? flowPredicate(where) : () => true
  let writer: PcapngWriter | undefined
  let failure: unknown
  const chosen = new OwnedPackets({
    matches,
    sink(packet, index, owner) {
      // What is thrown here would pass through cap's native code and end the process.
      try {
        writer?.write(packet, index, owner)
      } catch (error) {
        failure ??= error
        interrupt.abort()
      }
    },
    isLocal: hostAddresses(),
    netns: statSync('/proc/self/ns/net').ino,
  })
  const only = options.get('interface')
  const names = only === undefined ? everyInterfaceOnce() : [only]
  const snapBytes = wireLimits.captureSnapBytes
  const { captures, unseen } = await openInterfaces(
    names,
    snapBytes,
    (_name, index) => (packet) => chosen.add(packet, index),
  )
  let recorder: WatchedRecorder | undefined
  try {
    recorder = await watchRecorder(options, 'look')
    const user = invokingUser(process.env)
    if (user) becomeUser(user, recorder.group)
    writer = new PcapngWriter(path, captures.map(described), `e2etop ${version}`)
    const last = await follow(recorder, captures, { chosen, until, stop: interrupt.signal })
    if (failure !== undefined) throw failure
    for (const [i, one] of captures.entries())
      writer.writeStatistics(i, one.taken, one.loss().dropped)
    return explained({ path, chosen, captures, unseen: [...unseen, ...missingOf(last)] })
  } catch (error) {
    throw withComplaint(error, recorder)
  } finally {
    writer?.close()
    for (const one of captures) one.close()
    recorder?.session.close()
  }
}

/** Not those whose packets are also an interface's below. */
function everyInterfaceOnce(): readonly string[] {
  const kinds = kindsOfInterfaces(interfaceNames())
  return interfaceNames().filter((name) => kinds.get(name) !== 'upper')
}

const described = ({ interface: name, linkType }: LiveCapture) => ({
  name,
  linkType,
  snapBytes: wireLimits.captureSnapBytes,
})

interface Following {
  readonly chosen: OwnedPackets
  readonly until: number
  readonly stop: AbortSignal
}

/** From the first tick of the recorder to the one after the end: that one knows all sockets. */
async function follow(
  { session }: WatchedRecorder,
  captures: readonly LiveCapture[],
  { chosen, until, stop }: Following,
): Promise<Answer | undefined> {
  let begun: number | undefined
  let endedAt: number | undefined
  let last: Answer | undefined
  for await (const answer of session.watch({ kind: 'flows' }, millis(0))) {
    last = answer
    const { rows, coverage } = answer
    if (rows.kind === 'flows') chosen.takeTick(rows.flows, coverage.to)
    if (coverage.stale !== undefined || (endedAt !== undefined && coverage.to >= endedAt)) break
    if (begun === undefined) {
      begun = performance.now()
      for (const one of captures) one.begin(begun + until + wireLimits.lookOverrunMs)
    } else if (
      endedAt === undefined &&
      (stop.aborted || performance.now() - begun >= until - slackMs)
    ) {
      for (const one of captures) await one.end()
      endedAt = Date.now()
    }
  }
  chosen.end()
  return last
}

/** A tick may come this much early and still end the look. */
const slackMs = 50

const missingOf = (last: Answer | undefined) => (last ? whatIsMissing(last.coverage) : [])

interface Outcome {
  readonly path: string
  readonly chosen: OwnedPackets
  readonly captures: readonly LiveCapture[]
  readonly unseen: readonly string[]
}

function explained({ path, chosen, captures, unseen }: Outcome): number {
  const { seen, chosen: written, undecided } = chosen.counts
  process.stdout.write(`${written} of ${seen} packets are in ${path}\n`)
  const missing = [
    ...unseen,
    ...captures.flatMap((one) => {
      const { dropped } = one.loss()
      if (dropped === undefined) return [`${one.interface}: whether packets were lost is not known`]
      return dropped > 0 ? [`${one.interface}: ${dropped} packets were lost`] : []
    }),
    ...(undecided > 0
      ? [
          `${undecided} packets came faster than the recorder told whose they are, and are not in it`,
        ]
      : []),
  ]
  for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}
