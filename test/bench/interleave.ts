/** One of the ways to be compared, with what it needs to be running while it is measured. */
export interface Variant<Running> {
  readonly name: string
  begin(): Promise<Running>
  end(running: Running): Promise<void>
}

/**
 * Measures every variant once a round, so that whatever else the machine does meets all of them alike; each round
 * begins with another variant, so that none always comes after the same neighbour.
 * Gives each variant's measurements, one a round, in order.
 */
export async function interleave<Running, Measured>(
  variants: readonly Variant<Running>[],
  rounds: number,
  measure: (running: Running) => Promise<Measured>,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const results = new Map(variants.map(({ name }) => [name, [] as Measured[]]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const variant = variants[(round + turn) % variants.length]!
      const running = await variant.begin()
      try {
        results.get(variant.name)!.push(await measure(running))
      } finally {
        await variant.end(running)
      }
      process.stderr.write('.')
    }
  }
  process.stderr.write('\n')
  return results
}

/** Each round's value over the baseline's value of the same round. */
export function ratios(values: readonly number[], baseline: readonly number[]): readonly number[] {
  return values.map((value, round) => value / baseline[round]!)
}
