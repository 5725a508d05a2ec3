import type { Candidate } from '../../query/filter/complete-filter.ts'
import { parseFilter } from '../../query/filter/parse-filter.ts'
import { readTime, timeExpected } from '../../query/words/time-words.ts'
import { hostTime } from '../../model/quantity.ts'
import { nearMiss } from '../../model/near-miss.ts'
import { groupViewOf, type ViewName } from '../store/views.ts'
import type { PromptLanguage, Verdict } from './prompt.ts'

/** What commands can name, as things stand. */
export interface LineChoices {
  readonly views: readonly ViewName[]
  readonly themes: readonly string[]
  readonly sorts: readonly string[]
  readonly columns: readonly string[]
  /** Filters of what the selected row is. */
  readonly elsewhere: readonly Candidate[]
}

interface LineCommand {
  /** Name of what follows in the help; none: nothing does. */
  readonly argument?: string
  readonly help: string
  /** The only arguments allowed; without it any text is. */
  readonly oneOf?: (choices: LineChoices) => readonly Candidate[]
  /** Likely arguments. */
  readonly offers?: (choices: LineChoices) => readonly Candidate[]
  /** The argument is a filter. */
  readonly isFilter?: true
  /** Several of them, with commas. */
  readonly isList?: true
  readonly canBeEmpty?: true
}

const plain = (texts: readonly string[]) => texts.map((text) => ({ text, help: '' }))

export const lineCommands = {
  view: {
    argument: 'VIEW',
    help: 'show flows, or groups of them',
    oneOf: ({ views }) =>
      views.map((text) => ({
        text,
        help: text === 'flows' ? 'each flow' : `by ${groupViewOf(text).one}`,
      })),
  },
  sort: { argument: 'ORDER', help: 'order the rows', oneOf: ({ sorts }) => plain(sorts) },
  filter: {
    argument: 'FILTER',
    help: 'show only these flows; without one all',
    isFilter: true,
    canBeEmpty: true,
  },
  columns: {
    argument: 'NAMES',
    help: 'show these columns in this order; without names the usual ones',
    oneOf: ({ columns }) => plain(columns),
    isList: true,
    canBeEmpty: true,
  },
  rates: { argument: 'UNIT', help: 'in bytes or bits', oneOf: () => plain(['bytes', 'bits']) },
  theme: { argument: 'NAME', help: 'change the colours', oneOf: ({ themes }) => plain(themes) },
  export: { argument: 'FILE', help: 'write the rows to FILE.csv, .json or .sqlite' },
  mask: { help: 'other names on the screen, for pictures; again: the real ones' },
  save: { help: 'keep theme, unit, names, graph and columns for the next time' },
  go: { argument: 'TIME', help: 'show the recorded past: 2h, 14:00, yesterday 9:30, 2026-11-27' },
  compare: { argument: 'TIME', help: 'compare this time with another', canBeEmpty: true },
  live: { help: 'show now' },
  elsewhere: {
    argument: 'FILTER',
    help: 'who in the fleet has these flows, now and in the last week',
    isFilter: true,
    offers: ({ elsewhere }) => elsewhere,
  },
  retry: { help: 'ask the hosts again that gave no answer' },
  opacity: { help: 'show what the network sees of this host beside what its sockets know' },
  help: { help: 'keys and signs' },
  quit: { help: 'leave' },
} as const satisfies Record<string, LineCommand>

export type LineCommandName = keyof typeof lineCommands
const names = Object.keys(lineCommands) as LineCommandName[]
const specOf = (name: LineCommandName): LineCommand => lineCommands[name]
const isName = (word: string): word is LineCommandName => names.some((name) => name === word)

/** A line that was understood. */
export interface ReadLine {
  readonly name: LineCommandName
  /** '' where nothing follows. */
  readonly argument: string
}

type LineRead =
  { readonly ok: true; readonly line: ReadLine } | { readonly ok: false; readonly verdict: Verdict }

interface Words {
  readonly word: string
  /** Where the argument begins; the text's length where there is none. */
  readonly at: number
  readonly argument: string
}

function wordsOf(text: string): Words {
  const [, word = '', space = '', argument = ''] = /^(\s*\S*)(\s*)(.*)$/.exec(text) ?? []
  return { word: word.trim(), at: word.length + space.length, argument: argument.trimEnd() }
}

/** What a line says, or why it says nothing. */
export function readLine(text: string, choices: LineChoices): LineRead {
  const { word, at, argument } = wordsOf(text)
  if (!isName(word)) {
    const kind = word === '' ? 'unfinished' : 'wrong'
    const says = word === '' ? 'A command; Tab lists them.' : `there is no command '${word}'`
    return refused(kind, { at: text.indexOf(word), length: word.length }, says, [word, names])
  }
  const spec = specOf(word)
  const place = { at, length: argument.length }
  if (argument === '' && spec.argument !== undefined && !spec.canBeEmpty)
    return refused('unfinished', { at: text.length, length: 0 }, `${spec.argument}: ${spec.help}`)
  if (argument !== '' && spec.argument === undefined)
    return refused('wrong', place, `nothing follows '${word}'`)
  if (argument !== '' && spec.isFilter) {
    const parsed = parseFilter(argument)
    if (!parsed.ok) {
      const { error } = parsed
      const marked = { at: at + error.at, length: error.length }
      return refused('wrong', marked, `${error.message}; expected ${error.expected}`)
    }
  }
  const isTime = word === 'go' || (word === 'compare' && argument !== '')
  if (isTime && readTime(argument, hostTime(Date.now())) === undefined)
    return refused('wrong', place, `no time; expected ${timeExpected}`)
  const values = spec.oneOf?.(choices).map((one) => one.text)
  const parts = spec.isList ? argument.split(',') : [argument]
  const stray = argument === '' ? undefined : parts.find((part) => values?.includes(part) === false)
  if (stray !== undefined && values) {
    const marked = { at: at + argument.indexOf(stray), length: stray.length }
    return refused('wrong', marked, `there is no ${spec.argument} '${stray}'`, [stray, values])
  }
  return { ok: true, line: { name: word, argument } }
}

function refused(
  kind: Verdict['kind'],
  place: { readonly at: number; readonly length: number },
  says: string,
  [typed, known]: readonly [string, readonly string[]] = ['', []],
): LineRead {
  const near = nearMiss(typed, known)
  const meant = near === undefined ? '' : `; Tab for '${near}'?`
  return { ok: false, verdict: { kind, ...place, says: says + meant, nearMiss: near } }
}

/** Commands that are typed in full, for what is too rare for a key. */
export const lineLanguage = (choices: () => LineChoices): PromptLanguage => ({
  sign: ':',
  judge(text) {
    const read = readLine(text, choices())
    if (!read.ok) return read.verdict
    const says = specOf(read.line.name).help
    return { kind: 'right', at: text.length, length: 0, says, nearMiss: undefined }
  },
  offer(text, cursor) {
    const { word, at, argument } = wordsOf(text.slice(0, cursor))
    if (cursor < at || (argument === '' && !/\s$/.test(text.slice(0, cursor)))) {
      const from = at - word.length
      const offers = names.map((name) => ({ text: name, help: specOf(name).help }))
      return { from, to: cursor, candidates: offers.filter((one) => one.text.startsWith(word)) }
    }
    const spec = isName(word) ? specOf(word) : undefined
    const begun = spec?.isList ? argument.slice(argument.lastIndexOf(',') + 1) : argument
    const offers = (spec?.oneOf ?? spec?.offers)?.(choices()) ?? []
    const from = at + argument.length - begun.length
    return { from, to: cursor, candidates: offers.filter((one) => one.text.startsWith(begun)) }
  },
})
