import { captureSources } from '../model/capture-status.ts'

/** One option of the command line; help, parsing and the man page are made of this table. */
export interface OptionSpec {
  /** One letter for it (`-f`); options of different commands may share one. */
  readonly letter?: string
  /** Name of its value in the help; none: a switch. */
  readonly value?: string
  /** The only values allowed. */
  readonly oneOf?: readonly string[]
  /** Values that go with some of its commands only. */
  readonly valuesOf?: Readonly<Record<string, readonly CommandName[]>>
  /** The commands that it goes with; all where not given. */
  readonly of?: readonly CommandName[]
  readonly help: string
}

export interface CommandSpec {
  readonly help: string
  /** Words that it takes besides its options. */
  readonly operands?: OperandsSpec
}

export interface OperandsSpec {
  /** Their name in the help. */
  readonly name: string
  readonly least: number
  readonly most: number
  /** The only words allowed. */
  readonly oneOf?: readonly string[]
}

/** What `help` explains besides commands. */
export const helpTopics = ['filter', 'by', 'time', 'case'] as const
export type HelpTopic = (typeof helpTopics)[number]

export const commandSpecs = {
  monitor: { help: 'watch the flows of this host (what `e2etop` alone does)' },
  record: { help: 'keep the flows of this host in its flow log, until stopped' },
  status: { help: 'say how the recorder and its log are doing' },
  'install-service': {
    help: 'have systemd run the recorder: accounts, directories, units',
  },
  'uninstall-service': { help: 'undo that' },
  wire: {
    help: 'list the flows of a capture file or an interface, and what of it others read',
    operands: { name: '[FILE]', least: 0, most: 1 },
  },
  opacity: {
    help: 'say what the network reads of this host, and what its sockets know of the same',
  },
  top: { help: 'the largest groups of flows in the log and now: by process, user, ...' },
  series: { help: 'how flows ran over time, by process, user, ... or all together' },
  count: { help: 'how many flows, bytes and packets, and how many different addresses, ...' },
  export: {
    help: 'write flows of the log and of now into a case file: one SQLite database, sealed',
    operands: { name: 'CASE', least: 1, most: 1 },
  },
  verify: {
    help: 'say whether a case file is as it was written, and who signed it',
    operands: { name: 'CASE', least: 1, most: 1 },
  },
  sql: {
    help: 'ask a case file in SQL; .schema and .views show what it holds',
    operands: { name: 'CASE QUERY', least: 2, most: 2 },
  },
  diff: {
    help: 'say which conversations are new, gone, grown or shrunk in the second case',
    operands: { name: 'CASE CASE', least: 2, most: 2 },
  },
  hosts: { help: 'say how each host of -H is: reached, its e2etop, its clock' },
  serve: { help: 'answer the e2etop of another host, over SSH; that one starts it' },
  board: { help: 'show the host on a wall: charts over the whole screen' },
  theme: {
    help: 'make a theme of the monitor out of a theme file of btop',
    operands: { name: 'import FILE', least: 2, most: 2 },
  },
  doctor: { help: 'say what this host can and cannot do, and what to do about it' },
  help: {
    help: `explain a command, or one of ${helpTopics.join(', ')}`,
    operands: { name: '[TOPIC]', least: 0, most: 1 },
  },
} as const satisfies Record<string, CommandSpec>
export type CommandName = keyof typeof commandSpecs

/** Commands that answer from the log and the live flows. */
const asking = ['top', 'series', 'count'] as const

export const optionSpecs = {
  once: { of: ['monitor'], help: 'print the flows seen for a while and end, for scripts' },
  for: {
    value: 'TIME',
    of: ['monitor', 'wire', 'opacity'],
    help: 'how long to look (5s, 500ms, 2m); else 1s, at an interface 10s',
  },
  interface: {
    value: 'NAME',
    of: ['wire', 'opacity'],
    help: 'look at the packets of this interface; needs root, and the package cap',
  },
  format: {
    value: 'FORMAT',
    oneOf: ['table', 'json', 'csv'],
    valuesOf: { csv: asking },
    of: ['monitor', 'status', 'wire', 'opacity', 'hosts', 'sql', 'diff', ...asking],
    help: 'table, json or csv; into a pipe json, but status prints its table',
  },
  where: {
    value: 'FILTER',
    of: ['monitor', 'board', 'wire', 'export', ...asking],
    help: 'only the flows it matches; `e2etop help filter` explains it',
  },
  by: {
    value: 'FIELDS',
    of: ['top', 'series'],
    help: 'such as process,user, which top takes by itself; `e2etop help by` lists them',
  },
  sum: {
    value: 'MEASURES',
    of: [...asking],
    help: 'what to add up, such as tx,flows (`e2etop help by`); the first one ranks',
  },
  number: {
    letter: 'n',
    value: 'N',
    of: ['top', 'series'],
    help: 'so many lines (of series: groups), or all; 20 (8) where not given',
  },
  bin: {
    value: 'TIME',
    of: ['series'],
    help: 'a number for each 5m, 1h, 1d, ...; what fits where not given',
  },
  distinct: {
    value: 'FIELDS',
    of: ['count'],
    help: 'also how many different ones of remote_ip, process, ...',
  },
  since: {
    value: 'TIME',
    of: [...asking, 'export'],
    help: '1h, yesterday, 14:00, ... (`e2etop help time`); an hour ago where not given',
  },
  until: {
    value: 'TIME',
    of: [...asking, 'export'],
    help: 'now where not given',
  },
  spread: {
    of: [...asking],
    help: 'split records at edges of time, in place of booking them at their end',
  },
  limit: {
    value: 'LIMITS',
    of: [...asking],
    help: 'rows=N,bytes=N,groups=N,memory=N,time=T at which to stop; else time=60s',
  },
  source: {
    value: 'SOURCE',
    oneOf: ['auto', ...captureSources.filter((source) => source !== 'replay')],
    of: ['monitor', 'board', 'record', 'opacity'],
    help: 'where flows come from; auto takes the best that this host allows',
  },
  replay: {
    value: 'FILE',
    of: ['monitor', 'board', 'record'],
    help: 'play recorded samples in place of capturing; needs no root',
  },
  'record-samples': {
    value: 'FILE',
    of: ['monitor', 'record'],
    help: 'write what the source sees to FILE, for --replay',
  },
  actor: {
    of: ['monitor', 'board', 'record'],
    help: 'also ask who uses a TCP socket that another process opened (prefork)',
  },
  'data-dir': {
    value: 'DIR',
    of: ['monitor', 'board', 'record', 'status', 'export', 'serve', ...asking],
    help: 'the flow log; /var/lib/e2etop where not given',
  },
  socket: {
    value: 'PATH',
    of: ['monitor', 'board', 'record', 'status', 'opacity', 'export', 'serve', ...asking],
    help: "a recorder's live socket; /run/e2etop/all.sock where not given",
  },
  notes: { value: 'TEXT', of: ['export'], help: 'what the case is about, kept in it' },
  force: { of: ['export'], help: 'replace a file that is there' },
  'sign-key': {
    value: 'FILE',
    of: ['export'],
    help: 'sign the case with this SSH key; the public one where an agent holds it',
  },
  signers: {
    letter: 'f',
    value: 'FILE',
    of: ['verify'],
    help: 'keys that are trusted, as allowed_signers of ssh-keygen(1)',
  },
  'export-timer': {
    value: 'TIME',
    of: ['record'],
    help: 'how often flows are written, 1s to 30m; 300s where not given',
  },
  config: {
    value: 'FILE',
    of: ['record'],
    help: 'settings of record; /etc/e2etop/config.json where not given',
  },
  'dry-run': {
    of: ['install-service', 'uninstall-service'],
    help: 'print what installing or uninstalling would do',
  },
  purge: { of: ['uninstall-service'], help: 'delete the log and the config too' },
  hosts: {
    letter: 'H',
    value: 'HOSTS',
    of: ['hosts'],
    help: 'these hosts, over SSH: names, patterns, @groups, - for stdin; with commas',
  },
  'ssh-config': {
    letter: 'F',
    value: 'FILE',
    of: ['hosts'],
    help: "ssh's settings for them; those of ssh itself where not given",
  },
  'fleet-config': {
    value: 'FILE',
    of: ['hosts'],
    help: 'groups of hosts; ~/.config/e2etop/fleet.json where not given',
  },
  stdio: { of: ['serve'], help: 'talk over stdin and stdout' },
  demo: { of: ['monitor', 'board'], help: 'play an invented host, over and over; needs no root' },
  theme: {
    value: 'NAME',
    of: ['monitor', 'board'],
    help: 'colours: system, dark, light, okabe, mono, or one of your own',
  },
  'no-mouse': { of: ['monitor'], help: 'leave the mouse to the terminal' },
  help: { letter: 'h', help: 'explain the command' },
  version: { letter: 'V', help: 'print the version' },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof optionSpecs
