import type { MonitorStore } from './store/monitor-store.ts'

/** Does something that can fail for a reason outside, and says what came of it. */
export function tell(store: Pick<MonitorStore, 'message'>, act: () => string): void {
  try {
    store.message = { kind: 'note', text: act() }
  } catch (error) {
    store.message = { kind: 'warning', text: messageOf(error) }
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
