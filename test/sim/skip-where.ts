import { beforeEach } from 'vitest'

/**
 * Inside a `describe`: skips each of its tests where this machine lacks something, and keeps the reason, which
 * is printed once at the end of the run. `undefined` skips nothing.
 */
export function skipWhere(reason: string | undefined): void {
  beforeEach((context) => {
    if (reason !== undefined) context.skip(reason)
  })
}
