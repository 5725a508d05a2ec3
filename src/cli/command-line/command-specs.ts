import { fleetLimits } from '../../model/fleet-limits.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { shells } from '../completion/scripts.ts'

/** One command; dispatch, help, completion and the man page are made of this table. */
export interface CommandSpec {
  readonly help: string
  /** Words that it takes besides its options. */
  readonly operands?: OperandsSpec
  /** Whole command lines, each with what it answers. */
  readonly examples?: readonly Example[]
}

export interface Example {
  readonly line: string
  readonly answers: string
}

export interface OperandsSpec {
  /** Their name in the help. */
  readonly name: string
  readonly least: number
  readonly most: number
  /** The only words allowed. */
  readonly oneOf?: readonly string[]
  /** What the first one may be, where the others are something else. */
  readonly firstOf?: readonly string[]
}

export const studies = ['coverage', 'rates', 'export-timer'] as const

/** What `help` explains besides commands. */
export const helpTopics = ['filter', 'by', 'time', 'case', 'man'] as const
export type HelpTopic = (typeof helpTopics)[number]

export const commandSpecs = {
  monitor: { help: 'watch the flows of this host (what `e2etop` alone does)' },
  top: {
    help: 'the largest groups of flows, of the log and of now',
    examples: [
      { line: 'e2etop top', answers: 'who moved most in the last hour?' },
      {
        line: 'e2etop top --by user --sum tx --where "not remote net 10/8" --since yesterday',
        answers: 'who sends out of the house?',
      },
      {
        line: 'e2etop top --by remote_net/24 --where "port 443" --since tuesday --until wednesday',
        answers: 'which networks were talked to on Tuesday?',
      },
    ],
  },
  flows: {
    help: 'records of flows: the latest ones, the largest ones, or all; or flows as they end',
    examples: [
      { line: 'e2etop flows --where "host 192.0.2.7" --since 7d', answers: 'who talked to it?' },
      { line: 'e2etop flows --sort rtt -n 5', answers: 'which were slowest?' },
      { line: 'e2etop flows -f --where "user alice"', answers: 'what does she do now?' },
    ],
  },
  series: {
    help: 'how flows ran over time, all together or group by group',
    examples: [
      { line: 'e2etop series --since 1d --bin 1h', answers: 'how did the day go?' },
      { line: 'e2etop series --by process --since 1w', answers: 'and each program?' },
    ],
  },
  count: {
    help: 'how many flows, bytes and packets there were, and of how many different things',
    examples: [
      {
        line: 'e2etop count --distinct remote_ip --where "process curl" --since 7d',
        answers: 'how many addresses did it talk to?',
      },
    ],
  },
  record: { help: 'keep the flows of this host in its flow log, until stopped' },
  status: { help: 'say how the recorder and its log are doing' },
  'install-service': {
    help: 'have systemd run the recorder: accounts, directories, units',
  },
  'uninstall-service': { help: 'undo that' },
  deploy: {
    help: 'put this program on hosts, over SSH, or take it away again; it asks before it writes',
    operands: { name: 'HOST...', least: 1, most: fleetLimits.fleetHostsMax },
    examples: [
      { line: 'e2etop deploy web1 web2 db1', answers: 'make them answer' },
      { line: 'e2etop deploy --record "web*"', answers: 'and keep weeks of their flows, as root' },
      { line: 'e2etop deploy --remove web1', answers: 'undo it' },
    ],
  },
  hosts: { help: 'say how each host of -H is: reached, its e2etop, its clock' },
  serve: { help: 'answer the e2etop of another host, over SSH; that one starts it' },
  export: {
    help: 'write flows of the log and of now into a case file: one SQLite database, sealed',
    operands: { name: '[CASE]', least: 0, most: 1 },
    examples: [
      {
        line: 'e2etop export case.db --where "user alice" --since yesterday --notes "ticket 4711"',
        answers: 'what did she do, to be kept?',
      },
      {
        line: 'e2etop export case.db -H web1,web2 --since 7d --sign-key ~/.ssh/id_ed25519',
        answers: 'what did they do, signed by me?',
      },
      {
        line: 'e2etop export --ipfix collector:4739 --since 1d',
        answers: 'the same, to a collector',
      },
    ],
  },
  verify: {
    help: 'say whether a case file is as it was written, and who signed it',
    operands: { name: 'CASE', least: 1, most: 1 },
    examples: [
      { line: 'e2etop verify case.db -f allowed_signers', answers: 'is it what alice signed?' },
    ],
  },
  sql: {
    help: 'ask a case file in SQL; .schema and .views show what it holds',
    operands: { name: 'CASE QUERY', least: 2, most: 2 },
    examples: [
      {
        line: 'e2etop sql case.db "SELECT * FROM by_process ORDER BY tx_bytes DESC LIMIT 10"',
        answers: 'which programs sent most?',
      },
      { line: 'e2etop sql case.db .views', answers: 'what can be asked?' },
    ],
  },
  open: {
    help: 'watch a case file as if it were the host: the same views, filter and steps in time',
    operands: { name: 'CASE', least: 1, most: 1 },
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
    operands: {
      name: 'STUDY INPUT...',
      least: 2,
      most: wireLimits.studyInputsMax + 1,
      firstOf: studies,
    },
  },
  board: { help: 'show the host on a wall: charts over the whole screen' },
  theme: {
    help: 'make a theme of the monitor out of a theme file of btop',
    operands: { name: 'import FILE', least: 2, most: 2, firstOf: ['import'] },
  },
  whereabouts: {
    help: 'take newer files of countries and AS in place of those that came with e2etop',
    operands: { name: 'import FOLDER', least: 2, most: 2, firstOf: ['import'] },
    examples: [
      {
        line: 'sudo e2etop whereabouts import ~/ip-location-db --date 2026-11-20',
        answers: 'for every user of this host; `e2etop doctor` says of which day they are',
      },
    ],
  },
  doctor: { help: 'say what this host can and cannot do, and what to do about it' },
  completion: {
    help: 'print what a shell reads to complete words, users and processes',
    operands: { name: 'SHELL', least: 1, most: 1, oneOf: shells },
    examples: [
      {
        line: 'e2etop completion bash > /etc/bash_completion.d/e2etop',
        answers: 'complete it in every bash',
      },
    ],
  },
  help: {
    help: `explain a command, or one of ${helpTopics.join(', ')}`,
    operands: { name: '[TOPIC]', least: 0, most: 1 },
  },
} as const satisfies Record<string, CommandSpec>
export type CommandName = keyof typeof commandSpecs
