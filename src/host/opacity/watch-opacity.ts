import { millis, type Millis } from '../../model/quantity.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import type { Opacity } from '../../query/opacity.ts'
import type { Answer, Coverage, Session } from '../../query/session.ts'
import { OpacityLook } from './opacity-look.ts'

export interface OpacityRequest {
  readonly look: Millis
  /** One only; undefined: all that are up. */
  readonly interface: string | undefined
  readonly interrupted: AbortSignal
  /** Called once nothing that follows needs root. */
  readonly onOpened: () => void
}

/**
 * Looks at packets and sockets in one and the same time, from one tick of the recorder to another.
 * @throws CaptureError where no interface can be looked at
 */
export async function watchOpacity(
  session: Session,
  request: OpacityRequest,
): Promise<{ readonly opacity: Opacity; readonly coverage: Coverage }> {
  const look = await OpacityLook.open(request.interface)
  try {
    request.onOpened()
    const ticks = session.watch({ kind: 'flows' }, millis(0))[Symbol.asyncIterator]()
    // The first is of a tick that has passed already.
    await nextOf(ticks)
    const first = await nextOf(ticks)
    look.begin(first, millis(request.look + wireLimits.lookOverrunMs))
    const last = await lastOf(ticks, first, request)
    return { opacity: await look.end(last), coverage: last.coverage }
  } finally {
    look.close()
  }
}

/** The same without an end: what was seen so far, at most once a second and for a tenth of the time. */
export async function* followOpacity(
  session: Session,
  onOpened: () => void,
): AsyncGenerator<Opacity> {
  const look = await OpacityLook.open()
  try {
    onOpened()
    const ticks = session.watch({ kind: 'flows' }, millis(0))[Symbol.asyncIterator]()
    await nextOf(ticks)
    look.begin(await nextOf(ticks), followAtMost)
    let next = -Infinity
    for (;;) {
      const { value: answer, done } = await ticks.next()
      if (done || answer.coverage.stale !== undefined) return
      look.goOn(followAtMost)
      const began = performance.now()
      if (began < next) continue
      yield await look.soFar(answer)
      next = began + restPerLook * (performance.now() - began)
    }
  } finally {
    look.close()
  }
}

/** Where no tick comes for so long, capture stops until one does. */
const followAtMost = millis(wireLimits.lookOverrunMs)
/** Hundreds of thousands of flows take half a second to join. */
const restPerLook = 10

type Ticks = AsyncIterator<Answer>

async function nextOf(ticks: Ticks): Promise<Answer> {
  const { value, done } = await ticks.next()
  if (done) throw new Error('a session ended without an answer')
  return value
}

/** The answer of the tick that ends the look. */
async function lastOf(
  ticks: Ticks,
  first: Answer,
  { look, interrupted }: OpacityRequest,
): Promise<Answer> {
  const stop = new Promise<undefined>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(undefined), { once: true })
    if (interrupted.aborted) resolve(undefined)
  })
  let last = first
  for (;;) {
    const next = await Promise.race([ticks.next(), stop])
    if (!next || next.done) return last
    last = next.value
    const { to, stale } = last.coverage
    if (stale !== undefined || to - first.coverage.to >= look - slackMs) return last
  }
}

/** A tick may come this much early and still end the look. */
const slackMs = 50
