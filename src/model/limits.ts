/** Every bound, named; those of a fleet and of packets have files beside this one. Each is tested at the limit and one past it. */
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
  /** Flows that ended before a screen was opened, of the recorder's log; older ones are in totals only. */
  pastFlowsMax: 5_000,
  /** Records of the log that are read before a screen is first shown: some 0.2 s. */
  pastRecordsMax: 200_000,
  /** A frame of the live stream; a longer one ends the connection. */
  frameBytesMax: 16 * 1024 * 1024,
  /** Bytes a reader of the live stream may leave unread before the recorder stops sending to it. */
  liveBacklogBytes: 8 * 1024 * 1024,
  /** Bytes of the path of a Unix socket (unix(7)). */
  socketPathBytes: 107,
  /** Readers of one live socket; one more is refused. Each may leave a backlog and ended flows unread. */
  liveReadersMax: 16,
  /** A recorder ticks every second; one that is silent for this long is stopped. */
  statusWaitMs: 5_000,
  /** Pauses between attempts to reach a recorder that has gone: the first, doubled up to the last. */
  reconnectMsMin: 250,
  reconnectMsMax: 5_000,
  /** The export timer: below a second ticks are longer; above half an hour too much would be lost at a crash. */
  exportTimerMsMin: 1_000,
  exportTimerMsMax: 30 * 60_000,
  idleTimeoutMsMin: 1_000,
  idleTimeoutMsMax: 24 * 3_600_000,
  retentionDaysMax: 3_650,
  /** Each is tried on each flow until one matches. */
  privacyRulesMax: 256,
  /** Sampling keeps at least one flow in so many. */
  samplingMax: 10_000,
  /** Bytes of a config file. */
  configBytesMax: 256 * 1024,
  /** Bytes of a table of countries or AS as text; the largest of 2026 has 24 MB. */
  publishedTableBytesMax: 64 * 1024 * 1024,
  /** Bytes of the header of a database of them. */
  whereaboutsHeaderBytesMax: 64 * 1024,
  /** The log's retention is looked at so often while there is nothing to seal. */
  logMaintainEveryMs: 1_000,
  /** Records that wait for the log as objects, about 1 kB each; past it they are written before the export timer. */
  recordsWaitingMax: 4_000,
  /** Rows in one block of the live stream. */
  blockRowsMax: 32_768,
  /** Processes (by pid, start, uid and comm) whose owner is kept: about 8 MB. */
  ownersKnown: 16_384,
  /** Processes whose program files are remembered. */
  processesKnown: 65_536,
  /** Programs remembered of one process, newest first: `sh -c 'exec env ... server'` is three. */
  programsPerProcess: 4,
  /** Cgroup paths remembered by id, those of removed cgroups included. */
  cgroupsKnown: 16_384,
  /** Directories of cgroup2 that one walk reads. */
  cgroupsWalked: 4_096,
  /** UTF-16 units read of passwd: some 200,000 users. */
  passwdLength: 16 * 1024 * 1024,
  /** Uids outside of passwd that the name service is asked about in one run. */
  nameServiceUidsMax: 1_024,
  /** Raw process identities whose owner the BPF source remembers, to build no string per sample. */
  identitiesKept: 8_192,
  /** Ring of ended TCP flows: 20,000 ends between two drains. A power of two. */
  closedRingBytes: 4 * 1024 * 1024,
  /** Ring of program starts and released sockets: some 3,300 starts between two drains. A power of two. */
  eventRingBytes: 1024 * 1024,
  /** Datagram flows counted apart, about 14 MB of kernel memory; the rest is counted per socket. */
  datagramFlowsMax: 65_536,
  /** Sockets whose further peers are counted together once the datagram flows are full. */
  otherPeersMax: 4_096,
  /** Released sockets remembered from one poll to the next; flows of further ones end by being idle. */
  releasedSocketsMax: 65_536,
  /** TCP connections that the socket listing keeps between looks: about 100 MB. */
  connectionsTracked: 262_144,
  /** Connections given up by the socket listing whose late end must not be counted again. */
  connectionsGivenUp: 65_536,
  /** Links of /proc/PID/fd that one search for sockets reads: some 0.5 s. */
  descriptorsWalked: 200_000,
  /** Bytes of a line of recorded samples; a real one has some 700. */
  recordedLineBytesMax: 64 * 1024,
  /** UTF-16 units of a filter's text: some 250 addresses. */
  filterLength: 4_096,
  /** Groups, parentheses and `not` of a filter inside one another. */
  filterDepth: 32,
  /** Conditions of a filter; a set is one. */
  filterTerms: 256,
  /** Values of a set in a filter. */
  filterSetSize: 256,
  /** Different keys that a partial answer counts exactly, a measure and group; 8 bytes each. More are estimated. */
  distinctKeysSent: 1_024,
  /** Bytes that sketches take in a host's first answer, nearly: less exact ones, until they fit. */
  sketchBytesSent: 10_000,
  /** Bytes of a question: its filter, and the groups of a second round. */
  questionBytesMax: 8 * 1024 * 1024,
  /** UTF-16 units of a filter that travels: joints and quotes are written out. */
  canonicalFilterLength: 16 * 1024,
  questionKeysMax: 16,
  questionMeasuresMax: 16,
  /** Bytes of a partial answer, as sent and inflated; groups that do not fit stay on their host. */
  partialBytesMax: 8 * 1024 * 1024,
  partialBodyBytesMax: 64 * 1024 * 1024,
  /** A longer one is deflated: to less than half, at 40 ns of the host's time a byte and 4 of the console's. */
  partialPlainBytesMax: 64 * 1024,
  /** Groups of a partial answer. */
  partialGroupsMax: 100_000,
  /** Places at which a text is looked for among those that are known, before it is done in a slower way. */
  textProbesMax: 256,
  /** Hosts that one partial answer may be of. */
  partialHostsMax: 1_024,
  /** Gaps of a host in a partial answer; 64 of each reason are told apart. */
  partialGapsMax: 4_096,
  /** Groups that a host sends of a top list; what the others hold is bounded, and asked again where it matters. */
  groupsSent: 1_000,
  /** Groups that it sends where it is asked again for an exact list. */
  groupsSentAgain: 100_000,
  /** Groups that one answer counts, some 500 B each; a question stops there. */
  queryGroupsMax: 500_000,
  /** Records of a table or a sorted list, about 1 kB each; without order all can be had. */
  recordsShown: 100_000,
  /** How long completion of a filter looks for values in the log. */
  completionMs: 150,
  /** Bins of one series. */
  seriesBinsMax: 5_000,
  /** A question stops after so long and answers what it has. */
  queryTimeMs: 60_000,
  /** Bytes of a question's groups and their states, past which it stops. */
  queryMemoryMax: 512 * 1024 * 1024,
  /** Filters whose totals of let-go flows a mirror keeps; the one asked for longest ago goes first. */
  filtersKept: 16,
  /** Groups of let-go flows that a reader keeps apart (about 400 B each); more share one group. */
  letGoGroupsMax: 20_000,
  /** Words and values that completion offers at once. */
  filterCandidates: 100,
  /** Different addresses of one case, some 30 B of memory each while it is written. */
  caseAddressesMax: 8_388_608,
  /** Different processes of one case. */
  caseProcessesMax: 2_097_152,
  /** Processes whose numbers in a case are found without hashing them again; one more forgets them all. */
  caseProcessesRemembered: 65_536,
  /** Rows of a case that is written in memory, where the disk cannot be written page by page: some 600 MB. */
  caseRowsInMemory: 2_000_000,
  /** Findings of `verify` that are printed. */
  alterationsTold: 100,
  /** Rows of a case in a table for eyes; JSON has more. */
  caseRowsShown: 1_000,
  /** Rows that `sql` prints at most. */
  sqlRowsMax: 1_000_000,
  /** SQLite's own memory for one `sql`. */
  sqlHeapBytes: 512 * 1024 * 1024,
  /** Characters of --notes. */
  notesLength: 16_384,
  /** Rows of a packed block: equal values take no bytes, so the bytes do not bound them. */
  packedRowsMax: 131_072,
  /** A frame of the flow log; 32,768 rows have at most some 8 MB. */
  logFrameBytesMax: 64 * 1024 * 1024,
  /** Rows of a journal, after which it is sealed: some 26 MB, so that retention deletes in small steps. */
  logJournalRowsMax: 1_000_000,
  /** Bytes of a journal, after which it is sealed. */
  logJournalBytesMax: 64 * 1024 * 1024,
  /** Encoded bytes that wait in memory for the disk: over a million rows. What comes then is dropped and counted. */
  logHeldBytesMax: 32 * 1024 * 1024,
  /** Bytes of held frames that one sync covers, once the disk takes them again. */
  logWriteBytesMax: 1024 * 1024,
  /** Gaps that wait in memory for the disk; further ones widen an earlier one of their reason. */
  logHeldGapsMax: 1_024,
  /** Gaps of its run that a recorder tells of: beyond, those of one reason are told as one. */
  gapsToldMax: 64,
  /** Gaps of one reason that an answer tells one by one. */
  gapsOfReasonToldMax: 8,
  /** Gaps that a writer leaves to the next one where the disk takes no more: beyond, those of one reason are one. */
  lastWordsGapsMax: 32,
  /** Silence after which the log says that it is still being written. */
  logQuietMs: 60_000,
  /** Files deleted for their age: at most one in this time, so that a clock set wrong cannot wipe the log... */
  logAgeStepMs: 60_000,
  /** ...and none until the wall clock has gone evenly for this long. */
  logClockTrustMs: 3_600_000,
  /** Difference between two clocks' steps that makes the wall clock uneven. */
  logClockStepMs: 30_000,
  /** Files of the log: 2 years of days, or 2,000 restarts in a month. */
  logFilesMax: 4_096,
  /** So many runs of a recorder that each left a file within so long are a crash loop. */
  logRestartsMax: 16,
  logRestartsMs: 16 * 60_000,
  /** In one, a run writes nothing before it has lasted so long: else a file a second would push weeks of others out. */
  logSteadyMs: 60_000,
  /** Rows of a journal after which one step of its sealing reads no further frame: 2 ms. */
  logSealRowsAStep: 8_192,
  /** Frames that it reads at most: a frame of few rows takes up to half a ms. */
  logSealFramesAStep: 16,
  /** Values of the columns that one step of sealing encodes: 4 columns of a whole block, some 3 ms. */
  logSealValuesAStep: 131_072,
  /** Pause after a seal that the disk refused. */
  logSealRetryMs: 60_000,
  /** Pause between two looks at what could be sealed or deleted. */
  logUpkeepMs: 1_000,
  /** A journal takes at most this part of the log's bytes, so that retention has whole files to delete. */
  logJournalShare: 8,
  /** Blocks of which a question keeps some rows for later, because later blocks reach back over them. */
  blocksHeldMax: 16,
  /** Of fewer rows a question is answered before a workspace is open. */
  workspaceFromRows: 65_536,
  /** Bytes of a frame that a question reads whole; of a larger one it reads the columns that it needs. */
  wholeReadBytesMax: 64 * 1024,
  /** Pieces of records, cut at the edges of bins, that are counted at once. */
  piecesABatch: 65_536,
  /** Views of a log that changes meanwhile, before a reader gives up. */
  logViewsMax: 100,
} as const
