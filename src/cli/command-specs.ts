import { limits } from '../model/limits.ts'

/** One command; dispatch, help, completion and the man page are made of this table. */
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
  top: { help: 'the largest groups of flows in the log and now: by process, user, ...' },
  flows: { help: 'records of flows: the latest ones, the largest ones (--sort bytes), or all' },
  series: { help: 'how flows ran over time, by process, user, ... or all together' },
  count: { help: 'how many flows, bytes and packets, and how many different addresses, ...' },
  record: { help: 'keep the flows of this host in its flow log, until stopped' },
  status: { help: 'say how the recorder and its log are doing' },
  'install-service': {
    help: 'have systemd run the recorder: accounts, directories, units',
  },
  'uninstall-service': { help: 'undo that' },
  hosts: { help: 'say how each host of -H is: reached, its e2etop, its clock' },
  serve: { help: 'answer the e2etop of another host, over SSH; that one starts it' },
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
  wire: {
    help: 'list the flows of a capture file or an interface, and what of it others read',
    operands: { name: '[FILE]', least: 0, most: 1 },
  },
  capture: { help: 'write the packets of chosen flows, each with its process and user' },
  opacity: {
    help: 'say what the network reads of this host, and what its sockets know of the same',
  },
  study: {
    help: 'coverage, rates or export-timer of a site, from captures or logs',
    operands: { name: 'STUDY INPUT...', least: 2, most: limits.studyInputsMax + 1 },
  },
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
