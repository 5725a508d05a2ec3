import { captureSources } from '../model/capture-status.ts'

/** One option of the command line; help, parsing and the man page are made of this table. */
export interface OptionSpec {
  /** Name of its value in the help; none: a switch. */
  readonly value?: string
  /** The only values allowed. */
  readonly oneOf?: readonly string[]
  /** The commands that it goes with; all where not given. */
  readonly of?: readonly CommandName[]
  readonly help: string
}

export const commandSpecs = {
  monitor: 'watch the flows of this host (what `e2etop` alone does)',
  record: 'keep the flows of this host in its flow log, until stopped',
  status: 'say how the recorder and its log are doing',
  'install-service': 'have systemd run the recorder: accounts, directories, units',
  'uninstall-service': 'undo that',
  wire: 'list the flows of a pcap or pcapng file, and what of it others could read',
  doctor: 'say what this host can and cannot do, and what to do about it',
  help: 'print this; `help filter` explains the filters of --where',
} as const
export type CommandName = keyof typeof commandSpecs

/** Words that a command takes besides its options: their name in the help, and how many at most. */
export const operandSpecs: Readonly<
  Partial<Record<CommandName, { readonly name: string; readonly most: number }>>
> = {
  wire: { name: 'FILE', most: 1 },
}

export const optionSpecs = {
  once: { of: ['monitor'], help: 'print the flows seen for a while and end, for scripts' },
  for: {
    value: 'TIME',
    of: ['monitor'],
    help: 'how long --once looks (5s, 500ms, 2m); 1s where not given',
  },
  format: {
    value: 'FORMAT',
    oneOf: ['table', 'json'],
    of: ['monitor', 'status', 'wire'],
    help: 'of --once, status and wire: table or json; into a pipe json, but of status',
  },
  where: {
    value: 'FILTER',
    of: ['monitor', 'wire'],
    help: 'only the flows it matches; `e2etop help filter` explains it',
  },
  source: {
    value: 'SOURCE',
    oneOf: ['auto', ...captureSources.filter((source) => source !== 'replay')],
    of: ['monitor', 'record'],
    help: 'where flows come from; auto takes the best that this host allows',
  },
  replay: {
    value: 'FILE',
    of: ['monitor', 'record'],
    help: 'play recorded samples in place of capturing; needs no root',
  },
  'record-samples': {
    value: 'FILE',
    of: ['monitor', 'record'],
    help: 'write what the source sees to FILE, for --replay',
  },
  actor: {
    of: ['monitor', 'record'],
    help: 'also ask who uses a TCP socket that another process opened (prefork)',
  },
  'data-dir': {
    value: 'DIR',
    of: ['monitor', 'record', 'status'],
    help: 'the flow log; /var/lib/e2etop where not given',
  },
  socket: {
    value: 'PATH',
    of: ['monitor', 'record', 'status'],
    help: "a recorder's live socket; /run/e2etop/all.sock where not given",
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
  theme: { value: 'NAME', of: ['monitor'], help: 'colours: system or mono' },
  help: { help: 'print this' },
  version: { help: 'print the version' },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof optionSpecs

/** What `help` explains besides the command line. */
export const helpTopics = ['filter'] as const
export type HelpTopic = (typeof helpTopics)[number]
