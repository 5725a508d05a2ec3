/** Bounds of the monitor: keys, texts, settings and windows of the past. */
export const screenLimits = {
  /** Rates that a row of the monitor remembers, for its sparkline; 4 bytes each. */
  rateHistoryLength: 60,
  /** Answers whose sums are kept for the graph of what goes by, some ten minutes, and of how many questions. */
  courseLength: 600,
  coursesKept: 8,
  /** Keys of a command, or columns of a view, in the monitor's settings. */
  settingWordsMax: 64,
  /** Bytes of a file of settings or of a theme. */
  settingsBytesMax: 64 * 1024,
  /** Bytes of pasted text that are kept. */
  pasteBytesMax: 16 * 1024,
  /** Records of a window of the past that the monitor shows: some 200 MB; at the limit it says so. */
  pastWindowRecordsMax: 200_000,
  /** How long such a window is read for. */
  pastWindowMs: 10_000,
  /** Flows of a case that are listed, those with the most bytes, and groups: some 0.7 kB each. All are in totals. */
  caseFlowsMax: 50_000,
  caseGroupsMax: 50_000,
  /** Windows kept, because one steps to and fro. */
  pastWindowsKept: 3,
  /** Rows that a user has unfolded or folded; beyond, the one turned longest ago is as it was from the start. */
  foldsMax: 1_000,
  /** ms of the longest window whose flows are read; of longer ones hosts give totals only. */
  pastWindowLengthMax: 86_400_000,
  /** Groups of such totals, the largest, and how long a host may take for them. */
  pastGroupsMax: 1_000,
  pastTotalsMs: 30_000,
  /** Texts whose width on the terminal is remembered; one more forgets them all. */
  measuredTextsMax: 4096,
  /** Names of addresses kept, those waiting to be asked for, and questions at once. */
  namesKeptMax: 4096,
  namesWaitingMax: 256,
  namesAskedAtOnce: 8,
  /** How long a name is good for, and that there is none. */
  nameKeptMs: 10 * 60_000,
  noNameKeptMs: 60_000,
  /** Characters of a name of DNS (RFC 1035 2.3.4). */
  dnsNameLength: 253,
  /** Names, and addresses, that have a pseudonym of their own. */
  pseudonymsMax: 100_000,
  /** Bytes that are copied; xterm takes some 75,000, others fewer. */
  copyBytesMax: 8 * 1024,
  /** Bytes of one key's escape sequence; a longer one is noise on the line and is dropped. */
  keySequenceBytesMax: 64,
} as const
