/** The bounds of a console and the hosts that it asks; see `limits.ts` for all others. */
export const fleetLimits = {
  /** A message between a console and a host: any question, any answer and 100,000 flows fit. A longer one ends it. */
  serveFrameBytesMax: 8 * 1024 * 1024 + 1024,
  /** Bytes of JSON in one message between them. */
  serveJsonBytesMax: 256 * 1024,
  /** What start-up files of a login shell may print before a host's e2etop speaks. */
  serveNoiseBytesMax: 64 * 1024,
  /** Questions of one console that a host works on at once; further ones wait. */
  serveRunningMax: 2,
  /** Questions of one console that wait; one more is refused. */
  serveWaitingMax: 8,
  /** Live views and lists of records that one console has open on a host at once. */
  serveStreamsMax: 4,
  /** A host that hears nothing from its console for so long ends; consoles speak more often. */
  serveSilenceMs: 60_000,
  /** The longest that a host works on one question. */
  serveDeadlineMsMax: 60_000,
  /** Flows in one live answer of a host, those with most bytes; the others are in totals only. */
  serveFlowsMax: 5_000,
  /** Groups in one live answer of a host. */
  serveGroupsMax: 10_000,
  /** A console tells its hosts so often that it is there. */
  fleetBeatMs: 5_000,
  /** A host that says nothing for so long is lost. */
  fleetSilenceMs: 16_000,
  /** A host of a live view that says nothing for so long, and for so many periods, is late: what it last said is not of now. */
  fleetQuietMs: 4_000,
  fleetQuietPeriods: 3,
  /** A host that lets nobody in within this time is unreachable, where ssh's ConnectTimeout says nothing. */
  fleetConnectMs: 10_000,
  /** From the login to the host's first word. */
  fleetOpenMs: 10_000,
  /** Logins under way at once: at first, and then one more for each host that begins quickly; half after a slow one. */
  fleetConnectingFirst: 8,
  fleetSlowBeginMs: 3_000,
  /** A login that takes longer is no more one of them: most likely nobody is there. */
  fleetPatienceMs: 500,
  /** The most of them; more make the first answer late. */
  fleetConnectingMax: 32,
  /** Hosts of one fleet; beyond, a console has too many connections. */
  fleetHostsMax: 1_000,
  /** Hosts that one passes through to another. */
  fleetJumpsMax: 8,
  /** Files that ssh_config files include, inside one another. */
  sshIncludesMax: 16,
  /** Runs of `ssh -G` at once: all of them would hold up the first login, and the logins would all come at once. */
  sshSettingsAtOnce: 2,
  /** Time and output of one `ssh -G`. */
  sshSettingsMs: 10_000,
  sshSettingsBytesMax: 256 * 1024,
  /** Questions for a host's time that may be unanswered. */
  fleetPingsOpen: 16,
  /** Pauses before a host that was lost, or refused, is tried again. */
  fleetLostPauseMs: 1_000,
  fleetRefusedPauseMs: 60_000,
  /** UTF-16 units of what `ss` says of a host: some 50,000 sockets. */
  ssLengthMax: 32 * 1024 * 1024,
  /** Interfaces that a host tells of, and addresses of one of them. */
  interfacesMax: 512,
  interfaceAddressesMax: 64,
  /** Network namespaces besides its own of which it looks for them. */
  interfaceNamespacesMax: 128,
  /** How long what was read of them holds. */
  interfacesKeptMs: 5_000,
  /** Hosts to which a program is sent at once. */
  deployingMax: 8,
  /** Sending a program to a host and installing it, all together. */
  deployMs: 600_000,
  /** Bytes of it that are written at a time. */
  deployPieceBytes: 256 * 1024,
  /** Pieces of records that a console holds before it lets its hosts wait. */
  fleetPiecesHeld: 16,
} as const
