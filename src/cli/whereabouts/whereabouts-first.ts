import { useWhereabouts } from '../../model/whereabouts/known-whereabouts.ts'
import { loadWhereabouts } from '../../names/read-whereabouts.ts'
import type { Session } from '../../query/session.ts'
import { asksForWhereabouts, type AskedWhereabouts } from '../../query/whereabouts.ts'
import { whereaboutsFile } from '../places.ts'

let read: Promise<void> | undefined

/** Has this process read its database, once, while other work goes on. */
export const readWhereabouts = (): Promise<void> =>
  (read ??= loadWhereabouts(whereaboutsFile()).then((source) => useWhereabouts(() => source)))

/** A session that reads it before it answers what needs it, so that no screen waits for the disk. */
export function whereaboutsFirst(session: Session): Session {
  const ready = async (query: AskedWhereabouts) => {
    if (asksForWhereabouts(query)) await readWhereabouts()
  }
  return {
    async ask(query) {
      await ready(query)
      return session.ask(query)
    },
    async *watch(query, every, left) {
      await ready(query)
      yield* session.watch(query, every, left)
    },
    ...(session.timeline && {
      async timeline(query) {
        await ready(query)
        return session.timeline!(query)
      },
    }),
    ...(session.retry && { retry: () => session.retry?.() }),
    close: () => session.close(),
  }
}
