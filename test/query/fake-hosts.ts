import { mergePartials } from '../../src/query/aggregate/merge-partials.ts'
import type { Asking } from '../../src/query/asking.ts'
import { answerOf, type Row } from './aggregate/host-rows.ts'

/** Hosts that hold these rows, and how often they were asked. */
export function hostsOf(hosts: readonly (readonly Row[])[]) {
  let rounds = 0
  const asking: Pick<Asking, 'ask'> = {
    async ask(question) {
      rounds += 1
      const answers = hosts.map((rows, i) => answerOf(question, `host${i}`, rows))
      return { partial: mergePartials(question, answers), silent: [] }
    },
  }
  return { asking, rounds: () => rounds }
}
