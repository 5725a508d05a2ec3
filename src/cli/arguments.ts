import { nearMiss } from '../model/near-miss.ts'
import { commandSpecs, helpTopics, operandSpecs, optionSpecs } from './options.ts'
import type { CommandName, HelpTopic, OptionName } from './options.ts'
import type { OptionSpec } from './options.ts'
import { UsageError } from './usage-error.ts'

export interface Arguments {
  readonly command: CommandName
  /** What `help` is asked to explain. */
  readonly topic: HelpTopic | undefined
  /** Words that are neither command nor option: files. */
  readonly operands: readonly string[]
  /** Values of options, '' for switches. */
  readonly options: ReadonlyMap<OptionName, string>
}

const isOption = (name: string): name is OptionName => Object.hasOwn(optionSpecs, name)
const isCommand = (name: string): name is CommandName => Object.hasOwn(commandSpecs, name)

/** `--name value` and `--name=value`; @throws UsageError naming the word and the nearest one that is known. */
export function parseArguments(words: readonly string[]): Arguments {
  let command: CommandName | undefined
  let topic: HelpTopic | undefined
  const operands: string[] = []
  const options = new Map<OptionName, string>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '-h' || word === '-V') {
      options.set(word === '-h' ? 'help' : 'version', '')
    } else if (word.startsWith('-')) {
      const { name, spec, attached } = optionOf(word)
      const value = spec.value === undefined ? '' : (attached ?? words[++i])
      options.set(name, checkedValue(name, spec, value))
    } else if (command === 'help' && topic === undefined) {
      topic = topicNamed(word)
    } else if (command && operands.length < (operandSpecs[command]?.most ?? 0)) {
      operands.push(word)
    } else if (command !== undefined) {
      throw new UsageError(`'${word}' is one word too many after '${command}'`)
    } else if (isCommand(word)) {
      command = word
    } else {
      throw new UsageError(
        `there is no command '${word}'${suggestion(word, Object.keys(commandSpecs))}`,
      )
    }
  }
  refuseStrays(command ?? 'monitor', options)
  return { command: command ?? 'monitor', topic, operands, options }
}

function topicNamed(word: string): HelpTopic {
  const topic = helpTopics.find((one) => one === word)
  if (topic === undefined)
    throw new UsageError(`there is no help about '${word}'${suggestion(word, helpTopics)}`)
  return topic
}

/** An option of another command would be taken for obeyed. */
function refuseStrays(command: CommandName, options: Arguments['options']): void {
  for (const name of options.keys()) {
    const { of }: OptionSpec = optionSpecs[name]
    if (of && !of.includes(command))
      throw new UsageError(`--${name} goes with ${of.join(' and ')}, not with ${command}`)
  }
}

function optionOf(word: string): { name: OptionName; spec: OptionSpec; attached?: string } {
  const match = /^--([^=]*)(?:=(.*))?$/s.exec(word)
  const name = match?.[1] ?? word
  if (!match || !isOption(name)) {
    const known = Object.keys(optionSpecs).map((one) => `--${one}`)
    throw new UsageError(`there is no option '${word}'${suggestion(word, known)}`)
  }
  const spec: OptionSpec = optionSpecs[name]
  const attached = match[2]
  if (attached === undefined) return { name, spec }
  if (spec.value === undefined) throw new UsageError(`--${name} takes no value`)
  return { name, spec, attached }
}

function checkedValue(name: string, spec: OptionSpec, value: string | undefined): string {
  if (value === undefined || (value === '' && spec.value !== undefined))
    throw new UsageError(`--${name} needs a ${spec.value}`)
  if (spec.oneOf && !spec.oneOf.includes(value)) {
    const near = suggestion(value, spec.oneOf)
    throw new UsageError(`--${name} is one of ${spec.oneOf.join(', ')}, not '${value}'${near}`)
  }
  return value
}

function suggestion(word: string, words: readonly string[]): string {
  const near = nearMiss(word, words)
  return near === undefined ? '' : `; did you mean '${near}'?`
}
