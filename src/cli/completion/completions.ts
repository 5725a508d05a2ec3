import {
  commandSpecs,
  helpTopics,
  type CommandName,
  type CommandSpec,
} from '../command-line/command-specs.ts'
import { optionSpecs, type OptionName, type OptionSpec } from '../command-line/options.ts'
import { optionValues, type Candidate, type Completions, type LookUp } from './option-values.ts'
import type { TypedLine } from './shell-words.ts'

const optionNames = Object.keys(optionSpecs) as OptionName[]
const specOf = (name: OptionName): OptionSpec => optionSpecs[name]
const isCommand = (word: string): word is CommandName => Object.hasOwn(commandSpecs, word)

/** Candidates for a command line, from the tables that parse it. */
export async function completionsOf(line: TypedLine, lookUp: LookUp): Promise<Completions> {
  const words = wordsOfProgram(line.before)
  const { command, waiting, operands } = readBefore(words)
  const { current } = line
  if (waiting)
    return withPrefix('', await optionValues(waiting, { command, typed: current, lookUp }))
  const attached = /^--([^=]+)=(.*)$/s.exec(current)
  const name = attached && optionNames.find((one) => one === attached[1])
  if (name) {
    const values = await optionValues(name, { command, typed: attached[2]!, lookUp })
    return withPrefix(`--${name}=`, values)
  }
  if (current.startsWith('-')) return starting(current, optionWords(command ?? 'monitor'))
  if (!command) return starting(current, commandWords)
  const { operands: spec }: CommandSpec = commandSpecs[command]
  if (!spec || operands >= spec.most) return starting(current, optionWords(command))
  if (command === 'help') return starting(current, [...plain(helpTopics), ...commandWords])
  const wanted = spec.oneOf ?? (operands === 0 ? spec.firstOf : undefined)
  if (wanted) return starting(current, plain(wanted))
  if (command === 'deploy') return starting(current, plain(await lookUp.hosts()))
  return { kind: 'file', candidates: [] }
}

const plain = (words: readonly string[]): readonly Candidate[] =>
  words.map((text) => ({ text, help: '' }))

/** Those after the program itself, which may stand behind sudo or the like. */
const wordsOfProgram = (before: readonly string[]) =>
  before.slice(
    Math.max(
      0,
      before.findLastIndex((word) => /(^|\/)e2etop$/.test(word)),
    ) + 1,
  )

/** The command so far, how many operands it has, and the option whose value is next. */
function readBefore(words: readonly string[]) {
  let command: CommandName | undefined
  let waiting: OptionName | undefined
  let operands = 0
  for (const word of words) {
    if (waiting) waiting = undefined
    else if (word.startsWith('-') && !word.includes('=')) waiting = waitingFor(word, command)
    else if (!word.startsWith('-')) {
      if (command) operands += 1
      else if (isCommand(word)) command = word
    }
  }
  return { command, waiting, operands }
}

function waitingFor(word: string, command: CommandName = 'monitor'): OptionName | undefined {
  const name = optionNames.find((one) => {
    const { letter, of } = specOf(one)
    return word === `--${one}` || (word === `-${letter}` && (of?.includes(command) ?? true))
  })
  return name && specOf(name).value !== undefined ? name : undefined
}

const commandWords: readonly Candidate[] = (Object.keys(commandSpecs) as CommandName[]).map(
  (text) => ({ text, help: commandSpecs[text].help }),
)

const optionWords = (command: CommandName): readonly Candidate[] =>
  optionNames
    .filter((name) => specOf(name).of?.includes(command) ?? true)
    .map((name) => ({ text: `--${name}`, help: specOf(name).help }))

const starting = (typed: string, candidates: readonly Candidate[]): Completions => ({
  kind: 'words',
  candidates: candidates.filter(({ text }) => text.startsWith(typed)),
})

const withPrefix = (prefix: string, { kind, candidates }: Completions): Completions => ({
  kind,
  candidates: candidates.map(({ text, help }) => ({ text: prefix + text, help })),
})
