import { setTimeout as sleep } from 'node:timers/promises'
import type { CaptureSource } from '../../src/capture/source.ts'
import { CollectedFlows } from './collected-flows.ts'
import { compareFlows, type Comparison } from './expect-flows.ts'
import type { NamespacePair } from './namespace-pair.ts'
import { watchProcessOne, type ProcessOneWatch } from './process-one.ts'
import { makeTraffic, type TrafficCase, type TrafficOptions } from './traffic.ts'

export type OpenSource = () => CaptureSource | Promise<CaptureSource>

/** As the recorder drains. */
const drainEveryMs = 100
/** Four times as often as the recorder polls: live looks at a flow are what could count it twice. */
const pollEveryMs = 250
/** The kernel may end the last connections some time after the processes are done with them. */
const settleLooksMax = 30

/**
 * Opens a source of its own, makes one case of traffic under its eyes and compares. A loss that the source counted
 * is a difference, too.
 */
export async function watchTraffic(
  open: OpenSource,
  pair: NamespacePair,
  name: TrafficCase,
  options: Pick<TrafficOptions, 'count'> = {},
): Promise<Comparison> {
  const watch = new Watch(pair)
  if (name !== 'older') await watch.begin(open)
  try {
    const expected = await makeTraffic(pair, name, {
      ...options,
      onPhase: async (phase) => {
        if (phase === 'before capture') await watch.begin(open)
        watch.look()
      },
    })
    return await watch.settle((collected, source) => {
      const { sees, lost } = source.status()
      const { differences, ends } = compareFlows(expected, collected, sees)
      const losses = lost.map((loss) => `lost ${loss.count}: ${loss.reason}`)
      return { differences: [...watch.withoutHidden(differences), ...losses], ends }
    })
  } finally {
    watch.end()
  }
}

/** A source under regular looks. */
class Watch {
  readonly #collected: CollectedFlows
  #source: CaptureSource | undefined
  #timers: NodeJS.Timeout[] = []
  readonly #processOne: ProcessOneWatch = watchProcessOne()

  constructor(pair: NamespacePair) {
    this.#collected = new CollectedFlows(pair)
  }

  async begin(open: OpenSource): Promise<void> {
    const source = await open()
    this.#source = source
    this.#timers = [
      setInterval(() => source.drain(this.#collected.take), drainEveryMs),
      setInterval(() => this.look(), pollEveryMs),
    ]
  }

  look(): void {
    this.#source?.drain(this.#collected.take)
    this.#source?.poll(this.#collected.take)
  }

  async settle(
    compare: (collected: CollectedFlows, source: CaptureSource) => Comparison,
  ): Promise<Comparison> {
    if (this.#source === undefined) throw new Error('nothing watched')
    for (let looks = 1; ; looks++) {
      this.look()
      const comparison = compare(this.#collected, this.#source)
      if (comparison.differences.length === 0 || looks === settleLooksMax) return comparison
      await sleep(drainEveryMs)
    }
  }

  /** Those of flows of which the kernel has hidden nothing from BPF. */
  withoutHidden(differences: readonly string[]): readonly string[] {
    const hidden = this.#processOne.changes()
    return differences.filter(
      (text) =>
        !hidden.some(
          ({ localPort, remotePort }) =>
            text.includes(`]:${localPort} - [`) && text.includes(`]:${remotePort}: `),
        ),
    )
  }

  end(): void {
    this.#processOne.close()
    for (const timer of this.#timers) clearInterval(timer)
    this.#source?.close()
  }
}
