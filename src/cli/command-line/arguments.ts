import { didYouMean } from '../../model/near-miss.ts'
import { commandSpecs } from './command-specs.ts'
import { optionSpecs } from './options.ts'
import type { CommandName, CommandSpec } from './command-specs.ts'
import type { OptionName, OptionSpec } from './options.ts'
import { UsageError } from './usage-error.ts'

export interface Arguments {
  readonly command: CommandName
  /** Words that are neither command nor option, as many as the command takes. */
  readonly operands: readonly string[]
  /** Values of options, '' for switches. */
  readonly options: ReadonlyMap<OptionName, string>
}

interface OptionWord {
  readonly name: OptionName
  readonly spec: OptionSpec
  /** The value, where the same word holds it. */
  readonly attached?: string
}

const optionNames = Object.keys(optionSpecs) as OptionName[]
const specOf = (name: OptionName): OptionSpec => optionSpecs[name]
const isOption = (name: string): name is OptionName => Object.hasOwn(optionSpecs, name)
const isCommand = (name: string): name is CommandName => Object.hasOwn(commandSpecs, name)

/**
 * `--name value`, `--name=value`, `-l value` and `-lvalue`; after `--` all words are operands.
 * @throws UsageError naming the word and the nearest one that is known
 */
export function parseArguments(words: readonly string[]): Arguments {
  let command: CommandName | undefined
  const operands: string[] = []
  const options = new Map<OptionName, string>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') {
      operands.push(...words.slice(i + 1))
      break
    }
    if (word.startsWith('-') && word !== '-') {
      const { name, spec, attached } = optionOf(word, command)
      const value = spec.value === undefined ? '' : (attached ?? words[++i])
      options.set(name, checkedValue(name, spec, value))
    } else if (command !== undefined) {
      operands.push(word)
    } else {
      command = commandNamed(word)
    }
  }
  command ??= 'monitor'
  refuseStrays(command, options)
  // Whoever asks for help does not know yet what the command takes.
  if (!options.has('help')) checkOperands(command, operands)
  return { command, operands, options }
}

function commandNamed(word: string): CommandName {
  if (isCommand(word)) return word
  throw new UsageError(
    `there is no command '${word}'${didYouMean(word, Object.keys(commandSpecs))}`,
  )
}

function checkOperands(command: CommandName, operands: readonly string[]): void {
  const { operands: spec }: CommandSpec = commandSpecs[command]
  const stray = operands[spec?.most ?? 0]
  if (stray !== undefined)
    throw new UsageError(`'${stray}' is one word too many after '${command}'`)
  if (!spec) return
  if (operands.length < spec.least) throw new UsageError(`${command} needs ${spec.name}`)
  for (const word of operands) {
    if (spec.oneOf && !spec.oneOf.includes(word))
      throw new UsageError(
        `${command} takes one of ${spec.oneOf.join(', ')}, not '${word}'${didYouMean(word, spec.oneOf)}`,
      )
  }
}

/** An option of another command would be taken for obeyed. */
function refuseStrays(command: CommandName, options: Arguments['options']): void {
  for (const [name, value] of options) {
    const { of, valuesOf = {} } = specOf(name)
    const ofValue = Object.hasOwn(valuesOf, value) ? valuesOf[value] : undefined
    const words = ofValue ? `--${name} ${value}` : `--${name}`
    const fitting = ofValue ?? of
    if (fitting && !fitting.includes(command))
      throw new UsageError(`${words} goes with ${fitting.join(', ')}, not with ${command}`)
  }
}

function optionOf(word: string, command: CommandName | undefined): OptionWord {
  if (!word.startsWith('--')) return letterOption(word, command)
  const [, name = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  if (!isOption(name)) {
    const known = optionNames.map((one) => `--${one}`)
    throw new UsageError(`there is no option '${word}'${didYouMean(word, known)}`)
  }
  const spec = specOf(name)
  if (attached === undefined) return { name, spec }
  if (spec.value === undefined) throw new UsageError(`--${name} takes no value`)
  return { name, spec, attached }
}

/** A letter is of the command that stands before it, else of any that has it. */
function letterOption(word: string, command: CommandName = 'monitor'): OptionWord {
  const candidates = optionNames.filter((name) => specOf(name).letter === word[1])
  const isOfCommand = (name: OptionName) => specOf(name).of?.includes(command) ?? true
  const name = candidates.find(isOfCommand) ?? candidates[0]
  const attached = word.slice(2)
  if (name === undefined || (attached !== '' && specOf(name).value === undefined))
    throw new UsageError(`there is no option '${word}'`)
  return { name, spec: specOf(name), ...(attached !== '' && { attached }) }
}

function checkedValue(name: string, spec: OptionSpec, value: string | undefined): string {
  if (value === undefined || (value === '' && spec.value !== undefined))
    throw new UsageError(`--${name} needs ${spec.value}`)
  if (spec.oneOf && !spec.oneOf.includes(value)) {
    const near = didYouMean(value, spec.oneOf)
    throw new UsageError(`--${name} is one of ${spec.oneOf.join(', ')}, not '${value}'${near}`)
  }
  return value
}
