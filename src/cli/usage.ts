import {
  commandSpecs,
  operandSpecs,
  optionSpecs,
  type CommandName,
  type OptionSpec,
} from './options.ts'

/** The help page, made of the tables that the parser uses. */
export function usage(): string {
  const commands = (Object.keys(commandSpecs) as CommandName[]).map((name) => {
    const operand = operandSpecs[name]
    return [operand ? `${name} ${operand.name}` : name, commandSpecs[name]]
  })
  const options = Object.entries<OptionSpec>(optionSpecs).map(([name, spec]) => [
    `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`,
    spec.help,
  ])
  const rows = [...commands, ...options] as [string, string][]
  const width = Math.max(...rows.map(([word]) => word.length))
  const line = ([word, help]: readonly [string, string]) => `  ${word.padEnd(width)}  ${help}`
  return [
    'usage: e2etop [COMMAND] [OPTION...]',
    '',
    "Shows a host's network flows by process and user, read at the socket, before encryption.",
    'As root it sees every process and every byte; without root, what the kernel tells.',
    '',
    'Commands:',
    ...rows.slice(0, commands.length).map(line),
    '',
    'Options:',
    ...rows.slice(commands.length).map(line),
    '',
    'Exit: 0 ok, 1 failed, 2 usage, 3 an answer that may be short (it says why), 130 interrupted.',
    '',
  ].join('\n')
}
