import { wrapCells } from '../../ui/text/cells.ts'
import {
  commandSpecs,
  type CommandName,
  type CommandSpec,
  type Example,
} from '../command-line/command-specs.ts'
import { optionSpecs, type OptionSpec } from '../command-line/options.ts'

type Row = readonly [word: string, help: string]

const exits =
  'Exit: 0 ok, 1 failed, 2 usage, 3 an answer that may be short (it says why), 130 interrupted.'

/** The first help page: all commands, and the options of the monitor. */
export function usage(): string {
  const names = Object.keys(commandSpecs) as CommandName[]
  return [
    'usage: e2etop [COMMAND] [OPTION...]',
    '',
    "Shows a host's network flows by process and user, read at the socket, before encryption.",
    'As root it sees every process and every byte; without root, what the kernel tells.',
    '',
    'Commands (`e2etop help COMMAND` explains one and its options):',
    ...aligned(names.map((name) => [calledAs(name), commandSpecs[name].help])),
    '',
    'Options of `e2etop` alone, the monitor:',
    ...aligned(optionRows('monitor')),
    '',
    exits,
    '',
  ].join('\n')
}

/** The help page of one command, made of the tables that the parser uses. */
export function usageOf(command: CommandName): string {
  const { help, examples = [] }: CommandSpec = commandSpecs[command]
  return [
    `usage: e2etop ${calledAs(command)} [OPTION...]`,
    '',
    `${help[0]!.toUpperCase()}${help.slice(1)}.`,
    '',
    'Options:',
    ...aligned(optionRows(command)),
    '',
    ...(examples.length === 0 ? [] : ['Examples:', ...examples.flatMap(exampleLines), '']),
    exits,
    '',
  ].join('\n')
}

const exampleLines = ({ line, answers }: Example) => [`  # ${answers}`, `  ${line}`]

function calledAs(command: CommandName): string {
  const { operands }: CommandSpec = commandSpecs[command]
  return operands ? `${command} ${operands.name}` : command
}

function optionRows(command: CommandName): Row[] {
  return Object.entries<OptionSpec>(optionSpecs)
    .filter(([, { of }]) => of?.includes(command) ?? true)
    .map(([name, { letter, value, help }]) => [
      `${letter ? `-${letter}, ` : '    '}--${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ])
}

const columns = 100

function aligned(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([word]) => word.length))
  const indent = ' '.repeat(width + 4)
  return rows.map(([word, help]) => {
    const lines = wrapCells(help, columns - indent.length)
    return `  ${word.padEnd(width)}  ${lines.join(`\n${indent}`)}`
  })
}
