import { captureSources } from '../model/capture-status.ts'

/** One option of the command line; help, parsing and the man page are made of this table. */
export interface OptionSpec {
  /** Name of its value in the help; none: a switch. */
  readonly value?: string
  /** The only values allowed. */
  readonly oneOf?: readonly string[]
  readonly help: string
}

export const optionSpecs = {
  once: { help: 'print the flows seen for a while and end, for scripts' },
  for: { value: 'TIME', help: 'how long --once looks (5s, 500ms, 2m); 1s where not given' },
  format: {
    value: 'FORMAT',
    oneOf: ['table', 'json'],
    help: 'of --once: table, or json lines; json where stdout is no terminal',
  },
  where: { value: 'FILTER', help: 'only the flows it matches; `e2etop help filter` explains it' },
  source: {
    value: 'SOURCE',
    oneOf: ['auto', ...captureSources.filter((source) => source !== 'replay')],
    help: 'where flows come from; auto takes the best that this host allows',
  },
  replay: { value: 'FILE', help: 'play recorded samples in place of capturing; needs no root' },
  'record-samples': { value: 'FILE', help: 'write what the source sees to FILE, for --replay' },
  actor: { help: 'also ask who uses a TCP socket that another process opened (prefork)' },
  theme: { value: 'NAME', help: 'colours: system or mono' },
  help: { help: 'print this' },
  version: { help: 'print the version' },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof optionSpecs

export const commandSpecs = {
  monitor: 'watch the flows of this host (what `e2etop` alone does)',
  doctor: 'say what this host can and cannot do, and what to do about it',
  help: 'print this; `help filter` explains the filters of --where',
} as const
/** What `help` explains besides the command line. */
export const helpTopics = ['filter'] as const
export type HelpTopic = (typeof helpTopics)[number]

export type CommandName = keyof typeof commandSpecs
