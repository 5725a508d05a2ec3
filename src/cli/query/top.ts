import { finalise, type FinalAnswer } from '../../query/aggregate/finalise.ts'
import type { GroupKey, Measure, Question } from '../../query/question.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { measureName } from '../../query/words/measure-words.ts'
import type { Arguments } from '../arguments.ts'
import { answerJson, statusLine, type AnsweredStatus } from './answer-json.ts'
import { answerTable } from './answer-table.ts'
import { answering, askedAt, type Answering } from './answering.ts'
import { askedBasics, askedKeys, askedMeasures, askedNumber } from './asked-question.ts'
import { reportCoverage } from './coverage-report.ts'
import { csvLine } from './csv.ts'

const usualKeys: readonly GroupKey[] = [
  { kind: 'field', field: 'process' },
  { kind: 'field', field: 'user' },
]
const usualMeasures: readonly Measure[] = [
  { kind: 'sum', of: 'bytes' },
  { kind: 'sum', of: 'tx_bytes' },
  { kind: 'sum', of: 'rx_bytes' },
  { kind: 'flows' },
]
const usualNumber = 20

/** `e2etop top`: the largest groups. */
export function top(request: Arguments): Promise<number> {
  const at = askedAt()
  const { options } = request
  const rows = askedNumber(options, usualNumber)
  const basics = askedBasics(options, at)
  const question: Question = {
    ...basics,
    by: askedKeys(options, usualKeys),
    measures: askedMeasures(options, usualMeasures),
    groupsSent: Math.max(basics.groupsSent, Math.min(rows, basics.budget.groups)),
  }
  return answering(request, at, (given) => answer(question, rows, given))
}

async function answer(question: Question, rows: number, given: Answering): Promise<number> {
  const { partial, silent } = await given.asking.ask(question, given.options)
  const final = finalise(question, partial, rows)
  const status: AnsweredStatus = {
    asked: question,
    at: given.at,
    coverage: final.coverage,
    silent,
  }
  given.print(shown(question, final, given) + (given.format === 'json' ? statusLine(status) : ''))
  return reportCoverage(given, status)
}

function shown(question: Question, final: FinalAnswer, { format, width }: Answering): string {
  switch (format) {
    case 'table':
      return answerTable(question, final, width)
    case 'json':
      return answerJson(question, final)
    case 'csv':
      return answerCsv(question, final)
  }
}

function answerCsv({ by, measures }: Question, { rows }: FinalAnswer): string {
  const head = [...by.map(groupKeyName), ...measures.map(measureName)]
  const lines = rows.map(({ key, values }) => [...key, ...values.map(({ value }) => value)])
  return [head, ...lines].map(csvLine).join('')
}
