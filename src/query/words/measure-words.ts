import { didYouMean } from '../../model/near-miss.ts'
import { counters, type Counter, type Measure } from '../question.ts'
import { fieldNamed, fieldNames } from './field-words.ts'
import { readList, type ListedWord, type WordRead } from './word-read.ts'

type Sized = Counter | 'rtt_us' | 'duration_ms'
const times = ['rtt_us', 'duration_ms'] as const
const sizes: readonly Sized[] = [...counters, ...times]

const counterHelp: Readonly<Record<Counter, string>> = {
  tx_bytes: 'payload bytes sent (or tx)',
  rx_bytes: 'payload bytes received (or rx)',
  bytes: 'both together',
  tx_packets: 'packets sent',
  rx_packets: 'packets received',
  packets: 'both together',
  retransmits: 'TCP segments sent again',
}

/** By what groups can be measured; help and completion are made of this table. */
export const measureWords: readonly ListedWord[] = [
  ...counters.map((word) => ({ word, help: counterHelp[word] })),
  { word: 'flows', help: 'flows, each once' },
  { word: 'bytes_per_second', help: 'rate over the recorded time (or rate); also of tx, rx, ...' },
  { word: 'tx_bytes_per_second', help: '' },
  { word: 'rx_bytes_per_second', help: '' },
  { word: 'avg_rtt_us', help: 'mean round trip of the records (or avg_rtt); also min_, max_' },
  { word: 'p95_rtt_us', help: 'round trip that 95 % of the records do not pass; also p50, p99.9' },
  { word: 'max_bytes', help: 'of the largest record; also min_, avg_, and of tx_bytes, ...' },
  { word: 'avg_duration_ms', help: 'mean time that a record covers; also min_, max_, p95_' },
  { word: 'distinct_remote_ip', help: 'how many different ones; also of process, user, ...' },
]

/** The words that a beginning such as `distinct_` may become; of less than that the listed ones. */
export function measureWordsFor(begun: string): readonly ListedWord[] {
  if (!begun.includes('_')) return measureWords
  const listed = measureWords.map(({ word }) => word)
  const isName = (word: string) => {
    const measure = measureNamed(word)
    return measure !== undefined && measureName(measure) === word
  }
  const others = knownWords(begun).filter((word) => !listed.includes(word) && isName(word))
  return [...measureWords, ...others.map((word) => ({ word, help: '' }))]
}

const aliases: Readonly<Record<string, string>> = {
  tx: 'tx_bytes',
  rx: 'rx_bytes',
  rtt: 'rtt_us',
  duration: 'duration_ms',
}
const sizeNames = [...sizes, ...Object.keys(aliases)]
const timeNames = sizeNames.filter((name) => /^(rtt|duration)/.test(name))
/** What a word that means nothing may have been. */
const knownWords = (text: string): readonly string[] => [
  ...measureWords.map(({ word }) => word),
  ...Object.keys(aliases),
  ...sizeNames.flatMap((name) => ['min', 'max', 'avg'].map((part) => `${part}_${name}`)),
  ...timeNames.map((name) => `${quantileForm.exec(text) ? text.split('_', 1)[0] : 'p95'}_${name}`),
  ...[...counters, 'tx', 'rx'].flatMap((name) => [`${name}_per_second`, `${name}_rate`]),
  ...fieldNames.map((name) => `distinct_${name}`),
]
const plain = (word: string) => aliases[word] ?? word
const rateForm = /^(?:(.*)_)?(?:per_second|rate)$/
const partForm = /^(min|max|avg)_(.*)$/
const distinctForm = /^distinct_(.*)$/
const quantileForm = /^p(\d{1,2}(?:\.\d{1,3})?)_(.*)$/

/** `tx`, `rx_bytes_per_second`, `p95_rtt`, `distinct_remote_ip`. */
export function readMeasure(text: string): WordRead<Measure> {
  const value = measureNamed(text)
  if (value) return { ok: true, value }
  const called = calledMeasure(text)
  const meant = called ? `; did you mean '${called}'?` : didYouMean(text, knownWords(text))
  const where = '; `e2etop help by` lists what can be measured'
  return { ok: false, why: `nothing can be measured by '${text}'${meant || where}` }
}

/** What is meant by `max(rtt)`, as SQL has it; here a shell would stumble over it. */
function calledMeasure(text: string): string | undefined {
  const [, name, of] = /^([a-z0-9.]+)\(([a-z_]+)\)$/.exec(text) ?? []
  const meant = measureNamed(`${name}_${of}`)
  return meant && measureName(meant)
}

function measureNamed(text: string): Measure | undefined {
  if (text === 'flows') return { kind: 'flows' }
  const counter = counters.find((one) => one === plain(text))
  if (counter) return { kind: 'sum', of: counter }
  const rate = rateForm.exec(text)
  const rated = rate && counters.find((one) => one === plain(rate[1] ?? 'bytes'))
  if (rated) return { kind: 'rate', of: rated }
  const part = partForm.exec(text)
  const sized = part && sizes.find((one) => one === plain(part[2]!))
  if (sized) return { kind: part[1] as 'min' | 'max' | 'avg', of: sized }
  const quantile = quantileForm.exec(text)
  const timed = quantile && times.find((one) => one === plain(quantile[2]!))
  if (timed) return { kind: 'quantile', of: timed, at: Number(quantile[1]) / 100 }
  const field = distinctForm.exec(text)?.[1]
  const distinct = field === undefined ? undefined : fieldNamed(field)
  return distinct && { kind: 'distinct', of: distinct }
}

/** The measures of a list such as `tx,rx,flows`; none may come twice. */
export const readMeasures = (text: string): WordRead<readonly Measure[]> =>
  readList(text, readMeasure, measureName)

/** The word that means the measure, and its name in JSON and CSV; the unit is in it. */
export function measureName(measure: Measure): string {
  switch (measure.kind) {
    case 'flows':
      return 'flows'
    case 'sum':
      return measure.of
    case 'rate':
      return `${measure.of}_per_second`
    case 'min':
    case 'max':
    case 'avg':
    case 'distinct':
      return `${measure.kind}_${measure.of}`
    case 'quantile':
      return `p${Number((measure.at * 100).toFixed(3))}_${measure.of}`
  }
}

/** What a measure's numbers are counted in. */
export type MeasureUnit = 'bytes' | 'bytes/s' | 'count' | 'count/s' | 'us' | 'ms'

export function measureUnit(measure: Measure): MeasureUnit {
  if (measure.kind === 'flows' || measure.kind === 'distinct') return 'count'
  if (measure.of === 'rtt_us') return 'us'
  if (measure.of === 'duration_ms') return 'ms'
  const counted = measure.of.endsWith('bytes') ? 'bytes' : 'count'
  return measure.kind === 'rate' ? `${counted}/s` : counted
}
