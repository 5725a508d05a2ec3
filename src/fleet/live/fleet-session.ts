import { hostTime, type Millis } from '../../model/quantity.ts'
import { encodeLiveQuery } from '../../query/serve/live-query.ts'
import type { Answer, Query, Session } from '../../query/session.ts'
import type { Fleet } from '../fleet.ts'
import { FleetError } from '../fleet-error.ts'
import { MemberView } from './member-view.ts'
import { mergedAnswer } from './merged-answer.ts'

/** A host may tell so much later than the others and still be in their answer. */
const patienceMs = 500
/** Hosts that are heard so soon after the first one are in the first answer. */
const togetherMs = 150

/** Live views of many hosts as one: the first answer as soon as one host is heard, then one a period. */
export class FleetSession implements Session {
  readonly #fleet: Fleet
  /** Of all views that are watched. */
  readonly #views = new Set<MemberView>()
  #isClosed = false

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** @throws FleetError where no host answers */
  async ask(query: Query): Promise<Answer> {
    for await (const answer of this.watch(query, 0 as Millis)) return answer
    throw nobody([])
  }

  /**
   * Hosts that are lost are tried again. @throws FleetError where at the beginning no host answers, and for what is past
   */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    if (query.range)
      throw new FleetError(
        'what is past is not watched live',
        'Ask for it by `e2etop top`, `flows` or `series` with -H and --since.',
      )
    let wake: () => void = () => {}
    const request = { query: encodeLiveQuery(query), every, onChange: () => wake() }
    const views = this.#fleet.members
      .filter(({ name }) => query.host === undefined || query.host === name)
      .map((member) => new MemberView(member, request))
    for (const view of views) this.#views.add(view)
    const changed = (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    const isOver = () => this.#isClosed || left?.aborted === true
    const leave = () => wake()
    left?.addEventListener('abort', leave)
    try {
      while (views.every(({ answer }) => answer === undefined)) {
        if (views.every(({ silence }) => silence)) throw nobody(views)
        await changed(patienceMs)
        if (isOver()) return
      }
      const begun = performance.now() + togetherMs
      while (views.some(({ isDone }) => !isDone) && performance.now() < begun)
        await changed(Math.max(1, begun - performance.now()))
      for (;;) {
        if (isOver()) return
        for (const view of views) view.take()
        yield mergedAnswer(query, views.map(partOf), hostTime(Date.now()))
        const late = performance.now() + every + patienceMs
        do {
          await changed(Math.max(1, late - performance.now()))
          if (isOver()) return
        } while (views.some(({ isDone }) => !isDone) && performance.now() < late)
      }
    } finally {
      left?.removeEventListener('abort', leave)
      for (const view of views) {
        view.leave()
        this.#views.delete(view)
      }
    }
  }

  retry(): void {
    for (const member of this.#fleet.members) member.hurry()
    for (const view of this.#views) view.hurry()
  }

  close(): void {
    this.#isClosed = true
    this.#fleet.close()
  }
}

const partOf = (view: MemberView) => ({
  host: view.member.name,
  offset: view.member.offset,
  version: view.member.version,
  mark: view.member.mark,
  answer: view.answer,
  run: view.run,
  // Of a host that another view could not ask, and that is being tried again, this is what is known.
  silence: view.silence ?? (view.answer ? undefined : view.member.silence),
})

function nobody(views: readonly MemberView[]): FleetError {
  const whys = views.flatMap(({ member, silence }) =>
    silence ? [`${member.name}: ${silence.state}: ${silence.why}`] : [],
  )
  return new FleetError(
    `no host answers\n${whys.join('\n')}`,
    '`e2etop hosts -H ...` looks at each of them.',
  )
}
