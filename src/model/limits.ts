/** Every bound of the program, named. Each is tested at the limit and one past it. */
export const limits = {
  /** UTF-16 units kept of a process name, user name and the like; comm has 15 bytes, passwd allows 256. */
  nameLength: 64,
  /** UTF-16 units kept of a path (exe, cgroup). */
  pathLength: 512,
  /** UTF-16 units kept of a sentence for the operator; a verifier log's end fits. */
  sentenceLength: 4096,
  /** Sentences of what a source cannot see, and reasons of loss, in one status. */
  statusLinesMax: 64,
  /** Flows the table holds before it evicts the one silent for longest: about 230 MB. */
  flowsMax: 1_048_576,
  /** Ended flows that a reader of the live stream keeps; the oldest go first and stay in totals. */
  endedFlowsMax: 100_000,
  /** A frame of the live stream; a longer one ends the connection. */
  frameBytesMax: 16 * 1024 * 1024,
  /** Bytes a reader of the live stream may leave unread before the recorder stops sending to it. */
  liveBacklogBytes: 8 * 1024 * 1024,
  /** Rows in one block of the live stream. */
  blockRowsMax: 32_768,
  /** Bytes of one key's escape sequence; a longer one is noise on the line and is dropped. */
  keySequenceBytesMax: 64,
} as const
