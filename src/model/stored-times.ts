import type { FlowRecord } from './flow.ts'

/**
 * A row's times as a stored one has them, of a live or a stored row. A clock that was set back while a flow was open
 * must not make its duration negative.
 */
export const storedTimes = {
  start: (flow: FlowRecord) => Math.floor(Math.min(flow.start, flow.end)),
  end: (flow: FlowRecord) => Math.floor(flow.end),
}
