import { setTimeout as sleep } from 'node:timers/promises'
import { makeNamespacePair } from '../lab/namespace-pair.ts'
import { openWholeBpf } from '../lab/open-bpf.ts'
import { makeTraffic, whyNoTraffic } from '../lab/traffic.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { spreadOf, spreadText } from './spread.ts'

const polls = 20
const connections = 9_000
/** The last acknowledgements of what the sockets said at first come late, and would be news. */
const delayedAcksMs = 500

/** What one look of the BPF source at many open sockets costs, most of which have nothing new. */
export async function poll(): Promise<void> {
  const why = whyNoBpf() ?? whyNoTraffic()
  if (why !== undefined) return console.log(`not here: ${why}`)
  const pair = makeNamespacePair()
  try {
    await makeTraffic(pair, 'crowd', { count: connections, onPhase: lookRepeatedly })
  } finally {
    pair.close()
  }
}

/** While the sockets are open and silent. */
async function lookRepeatedly(): Promise<void> {
  await sleep(delayedAcksMs)
  const source = openWholeBpf()
  let samples = 0
  const look = () => {
    const began = performance.now()
    source.poll(() => (samples += 1))
    return performance.now() - began
  }
  const firstMs = look()
  console.log(
    `${2 * connections} open sockets; first poll: ${firstMs.toFixed(1)} ms, ${samples} samples`,
  )
  samples = 0
  const times = spreadOf(Array.from({ length: polls }, look))
  console.log(
    `n = ${polls} polls, median [min-max]: ${spreadText(times, 1)} ms, ${samples} samples in all`,
  )
  source.close()
}
