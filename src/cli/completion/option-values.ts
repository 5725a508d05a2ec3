import { completeFilter, type ValuesSeen } from '../../query/filter/complete-filter.ts'
import { groupableFields } from '../../query/question.ts'
import { groupWords } from '../../query/words/group-words.ts'
import { measureWordsFor } from '../../query/words/measure-words.ts'
import { orderWords } from '../../query/words/order-words.ts'
import { timeForms } from '../../query/words/time-words.ts'
import type { ListedWord } from '../../query/words/word-read.ts'
import type { CommandName } from '../command-line/command-specs.ts'
import { optionSpecs, type OptionName, type OptionSpec } from '../command-line/options.ts'

/** What may stand in the place of the word at the cursor. */
export interface Completions {
  readonly kind:
    | 'words'
    /** The word goes on after the candidate: a list, a filter. */
    | 'open'
    /** The shell knows better. */
    | 'file'
    | 'directory'
  readonly candidates: readonly Candidate[]
}

export interface Candidate {
  /** The whole word, without quotes. */
  readonly text: string
  readonly help: string
}

/** Looked up only where they are completed. */
export interface LookUp {
  /** Values of this host's flows. */
  readonly values: () => Promise<ValuesSeen>
  /** What -H takes. */
  readonly hosts: () => Promise<readonly string[]>
  readonly themes: () => Promise<readonly string[]>
}

export interface TypedValue {
  readonly command: CommandName | undefined
  readonly typed: string
  readonly lookUp: LookUp
}

const limitWords: readonly ListedWord[] = [
  { word: 'rows=', help: 'records that are looked at' },
  { word: 'bytes=', help: 'bytes that are read' },
  { word: 'groups=', help: 'groups that are counted' },
  { word: 'memory=', help: 'bytes of memory that they take' },
  { word: 'time=', help: 'a time such as 5s' },
]
const spans: readonly ListedWord[] = ['10s', '1m', '5m', '15m', '1h', '6h', '1d'].map((word) => ({
  word,
  help: '',
}))

/** What an option takes, in the words of the tables that read it. */
export async function optionValues(
  name: OptionName,
  { command, typed, lookUp }: TypedValue,
): Promise<Completions> {
  const { oneOf, valuesOf, value }: OptionSpec = optionSpecs[name]
  if (oneOf) {
    const fitting = oneOf.filter((one) => valuesOf?.[one]?.includes(command ?? 'monitor') ?? true)
    return listed(
      typed,
      fitting.map((word) => ({ word, help: '' })),
    )
  }
  switch (name) {
    case 'where':
      return filterValues(typed, await lookUp.values())
    case 'hosts':
      return joined(
        typed,
        (await lookUp.hosts()).map((word) => ({ word, help: '' })),
      )
    case 'theme':
      return listed(
        typed,
        (await lookUp.themes()).map((word) => ({ word, help: '' })),
      )
    case 'by':
      return joined(typed, groupWords)
    case 'sum':
      return joined(typed, measureWordsFor(typed.slice(typed.lastIndexOf(',') + 1)))
    case 'distinct':
      return joined(
        typed,
        groupWords.filter(({ word }) => groupableFields.some((one) => one === word)),
      )
    case 'limit':
      return joined(typed, limitWords)
    case 'sort':
      return listed(typed, orderWords)
    case 'since':
    case 'until':
      return listed(typed, timeForms)
    case 'bin':
      return listed(typed, spans)
    default:
      return ofKind(value)
  }
}

function ofKind(value: string | undefined): Completions {
  if (value === 'DIR') return { kind: 'directory', candidates: [] }
  if (value === 'FILE' || value === 'PATH') return { kind: 'file', candidates: [] }
  return { kind: 'words', candidates: [] }
}

const listed = (typed: string, words: readonly ListedWord[]): Completions => ({
  kind: 'words',
  candidates: words
    .filter(({ word }) => word.startsWith(typed))
    .map(({ word, help }) => ({ text: word, help })),
})

/** Of a list with commas the last word; those that are in it already are not offered again. */
function joined(typed: string, words: readonly ListedWord[]): Completions {
  const at = typed.lastIndexOf(',') + 1
  const before = typed.slice(0, at)
  const others = before.split(',')
  const { candidates } = listed(
    typed.slice(at),
    words.filter(({ word }) => !others.includes(word)),
  )
  return {
    kind: 'open',
    candidates: candidates.map(({ text, help }) => ({ text: before + text, help })),
  }
}

function filterValues(typed: string, seen: ValuesSeen): Completions {
  const { from, candidates } = completeFilter(typed, typed.length, seen)
  const before = typed.slice(0, from)
  return {
    kind: 'open',
    candidates: candidates.map(({ text, help }) => ({ text: before + text, help })),
  }
}
