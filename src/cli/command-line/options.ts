import { captureSources } from '../../model/capture-status.ts'
import type { CommandName } from './command-specs.ts'

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

/** Commands that answer from the log and the live flows. */
const grouping = ['top', 'series', 'count'] as const
const asking = [...grouping, 'flows'] as const
/** And that which takes the records home. */
const recording = [...asking, 'export'] as const

export const optionSpecs = {
  once: { of: ['monitor'], help: 'print the flows seen for a while and end, for scripts' },
  for: {
    value: 'TIME',
    of: ['monitor', 'wire', 'opacity', 'capture'],
    help: 'how long to look (5s, 500ms, 2m); else 1s, at interfaces 10s, capture: no end',
  },
  interface: {
    value: 'NAME',
    of: ['wire', 'opacity', 'capture'],
    help: 'look at the packets of this interface; needs root, and the package cap',
  },
  write: {
    letter: 'w',
    value: 'FILE',
    of: ['capture'],
    help: 'a pcapng file for Wireshark; replaced where it is there',
  },
  format: {
    value: 'FORMAT',
    oneOf: ['table', 'json', 'csv'],
    valuesOf: { csv: [...asking, 'hosts', 'sql', 'study'] },
    of: [
      'monitor',
      'status',
      'wire',
      'opacity',
      'hosts',
      'deploy',
      'sql',
      'diff',
      'study',
      ...asking,
    ],
    help: 'table, json or csv; into a pipe json, but status prints its table',
  },
  where: {
    value: 'FILTER',
    of: ['monitor', 'board', 'open', 'wire', 'capture', ...recording],
    help: 'only the flows it matches; `e2etop help filter` explains it',
  },
  by: {
    value: 'FIELDS',
    of: ['top', 'series'],
    help: 'fields such as process,user (`e2etop help by`); top takes these by itself',
  },
  sum: {
    value: 'MEASURES',
    of: [...grouping],
    help: 'what to add up, such as tx,flows (`e2etop help by`); the first one ranks',
  },
  number: {
    letter: 'n',
    value: 'N',
    of: ['top', 'flows', 'series'],
    help: 'so many lines (of series: groups), or all; 20 (8) where not given',
  },
  sort: {
    value: 'FIELD',
    of: ['flows'],
    help: 'the largest in bytes, tx, rx, packets, rtt, duration, ...; else the latest',
  },
  'both-ends': {
    of: ['flows'],
    help: 'of hosts of -H: a flow between two of them is one row, with both owners',
  },
  whereabouts: {
    of: ['flows'],
    help: "also each remote address's country and AS, from the database of here",
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
  net: {
    value: 'NETWORKS',
    of: ['study'],
    help: "the site's own, such as 10.0.0.0/8,fd00::/8; in captures all where not given",
  },
  since: {
    value: 'TIME',
    of: [...recording],
    help: '1h, yesterday, 14:00, ... (`e2etop help time`); an hour ago where not given',
  },
  until: {
    value: 'TIME',
    of: [...recording],
    help: 'now where not given',
  },
  follow: {
    letter: 'f',
    of: [...asking],
    help: 'go on: of flows each one when it ends, of others the answer again every 2 s',
  },
  spread: {
    of: [...grouping],
    help: 'split records at edges of time; else they count at their end',
  },
  limit: {
    value: 'LIMITS',
    of: [...asking, 'sql'],
    help: 'rows=N,bytes=N,groups=N,memory=N,time=T at which to stop; else time=60s',
  },
  source: {
    value: 'SOURCE',
    oneOf: ['auto', ...captureSources.filter((source) => source !== 'replay' && source !== 'ss')],
    of: ['monitor', 'board', 'record', 'opacity', 'capture'],
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
    of: ['monitor', 'board', 'record', 'status', 'serve', ...recording],
    help: 'the flow log; /var/lib/e2etop where not given',
  },
  socket: {
    value: 'PATH',
    of: ['monitor', 'board', 'record', 'status', 'opacity', 'capture', 'serve', ...recording],
    help: "a recorder's live socket; /run/e2etop/all.sock where not given",
  },
  date: { value: 'DAY', of: ['whereabouts'], help: 'of which day the files are: 2026-11-20' },
  notes: { value: 'TEXT', of: ['export'], help: 'what the case is about, kept in it' },
  continue: {
    value: 'CASE',
    of: ['export'],
    help: 'ask the hosts of a case anew that gave nothing to it, and add them to it',
  },
  ipfix: {
    value: 'HOST:PORT',
    of: ['export'],
    help: 'send the records to an IPFIX collector over UDP, in place of a case',
  },
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
    of: ['install-service', 'uninstall-service', 'deploy'],
    help: 'print what would be done',
  },
  purge: { of: ['uninstall-service'], help: 'delete the log and the config too' },
  yes: { letter: 'y', of: ['deploy'], help: 'write without asking, for scripts' },
  remove: { of: ['deploy'], help: 'take away what was deployed, and nothing else' },
  record: { of: ['deploy'], help: 'have systemd run the recorder there, too; needs root there' },
  system: { of: ['deploy'], help: 'for all users, in /opt/e2etop; else in ~/.local/share/e2etop' },
  node: {
    value: 'FILE',
    of: ['deploy'],
    help: 'a Node.js to copy where a host has none; the one that runs here where not given',
  },
  hosts: {
    letter: 'H',
    value: 'HOSTS',
    of: ['monitor', 'hosts', ...recording],
    help: 'these hosts, over SSH: names, patterns, @groups, - for stdin; with commas',
  },
  'ssh-config': {
    letter: 'F',
    value: 'FILE',
    of: ['monitor', 'hosts', 'deploy', ...recording],
    help: "ssh's settings for them; those of ssh itself where not given",
  },
  'fleet-config': {
    value: 'FILE',
    of: ['monitor', 'hosts', 'deploy', ...recording],
    help: 'groups of hosts; ~/.config/e2etop/fleet.json where not given',
  },
  'require-all': { of: [...recording], help: 'fail where a host of -H does not answer' },
  stdio: { of: ['serve'], help: 'talk over stdin and stdout' },
  demo: { of: ['monitor', 'board'], help: 'play an invented host, over and over; needs no root' },
  theme: {
    value: 'NAME',
    of: ['monitor', 'board', 'open'],
    help: 'colours: system, dark, light, okabe, mono, or one of your own',
  },
  'no-mouse': { of: ['monitor', 'open'], help: 'leave the mouse to the terminal' },
  'no-color': { help: 'no colours anywhere, as with NO_COLOR in the environment' },
  help: { letter: 'h', help: 'explain the command' },
  version: { letter: 'V', help: 'print the version' },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof optionSpecs
