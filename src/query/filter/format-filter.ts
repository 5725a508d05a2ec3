import type { End, Filter, NumberTest, Term, TextPattern } from './filter.ts'
import { formatNetwork, isOneAddress } from './network.ts'
import { formatNumber, type UnitName } from './number-units.ts'
import { isBare } from './tokens.ts'
import { words } from './words.ts'

/**
 * The canonical text of a filter, which parses to the same filter: joints are written out, and a group inside
 * another has its parentheses, because not everyone knows that `and` and `or` bind alike.
 */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.map(formatPart).join(` ${filter.kind} `)
    case 'not':
      return `not ${formatPart(filter.part)}`
    default:
      return formatTerm(filter)
  }
}

const formatPart = (part: Filter) =>
  part.kind === 'and' || part.kind === 'or' ? `(${formatFilter(part)})` : formatFilter(part)

function formatTerm(term: Term): string {
  switch (term.kind) {
    case 'flag':
      return term.word
    case 'address': {
      const word = term.networks.every(isOneAddress) ? 'host' : 'net'
      return `${endPrefix(term.end)}${word} ${formatSet(term.networks.map(formatNetwork))}`
    }
    case 'port':
      return `${endPrefix(term.end)}port ${formatTest(term.test, 'port')}`
    case 'number':
      return `${term.word} ${formatTest(term.test, words[term.word].unit)}`
    case 'text':
      return `${term.word} ${formatSet(term.patterns.map(formatPattern))}`
    case 'choice':
      return `${term.word} ${formatSet(term.values)}`
  }
}

const endPrefix = (end: End) => (end === 'either' ? '' : `${end} `)

const formatSet = (values: readonly string[]) =>
  values.length === 1 ? values.join() : `(${values.join(',')})`

function formatTest(test: NumberTest, unit: UnitName): string {
  if (test.kind === 'compare') return `${test.operator} ${formatNumber(test.value, unit)}`
  return formatSet(
    test.ranges.map(({ from, to }) =>
      from === to
        ? formatNumber(from, unit)
        : `${formatNumber(from, unit)}-${formatNumber(to, unit)}`,
    ),
  )
}

const formatPattern = (pattern: TextPattern): string =>
  pattern.kind === 'glob' ? pattern.pattern : formatText(pattern.text)

/** A text that matches only itself, quoted where it would else be a pattern, a joint or several tokens. */
export const formatText = (text: string): string =>
  isBare(text) && !/[*?]/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
