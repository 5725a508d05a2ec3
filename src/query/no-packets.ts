import type { OpacityWatch } from './opacity.ts'

/** Of hosts whose packets cannot be looked at from here: why, and what can be done. */
export const noPackets = (message: string, next: string): OpacityWatch => ({
  async *watch() {
    yield { kind: 'refused', message, next }
  },
})
