import type { EndScore } from '../lab/expect-flows.ts'
import { makeNamespacePair } from '../lab/namespace-pair.ts'
import { openWholeBpf } from '../lab/open-bpf.ts'
import { flowEnds, trafficCases, whyNoTraffic, type TrafficCase } from '../lab/traffic.ts'
import { watchTraffic } from '../lab/watch-traffic.ts'
import { textTable } from './text-table.ts'

const rounds = 3
const differencesShown = 3
const scores = ['expected', 'seen', 'pidRight', 'uidRight', 'bytesExact'] as const

/** Traffic with known totals against what capture says of it, for each case and both ends, over several rounds. */
export async function truth(): Promise<void> {
  const why = whyNoTraffic()
  if (why !== undefined) return console.log(`not here: ${why}`)
  const pair = makeNamespacePair()
  try {
    const rows: string[][] = []
    for (const name of trafficCases) rows.push(...(await rowsOf(name)))
    const head = ['case', 'end', 'flows', 'seen', 'pid right', 'uid right', 'bytes exact', 'exact']
    console.log(
      `${rounds} rounds; flows are summed over them; "exact": rounds without any difference`,
    )
    console.log(textTable(head, rows))
  } finally {
    pair.close()
  }

  async function rowsOf(name: TrafficCase): Promise<string[][]> {
    const sums = { client: noScore(), server: noScore() }
    let exact = 0
    for (let round = 0; round < rounds; round++) {
      const { differences, ends } = await watchTraffic(openWholeBpf, pair, name)
      if (differences.length === 0) exact += 1
      for (const difference of differences.slice(0, differencesShown))
        console.log(`${name}, round ${round + 1}: ${difference}`)
      for (const end of flowEnds) for (const score of scores) sums[end][score] += ends[end][score]
    }
    return flowEnds
      .filter((end) => sums[end].expected > 0)
      .map((end) => [
        name,
        end,
        ...scores.map((score) => String(sums[end][score])),
        `${exact}/${rounds}`,
      ])
  }
}

const noScore = (): EndScore => ({ expected: 0, seen: 0, pidRight: 0, uidRight: 0, bytesExact: 0 })
