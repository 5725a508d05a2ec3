import type { FinalAnswer } from '../../query/aggregate/finalise.ts'
import { askTop } from '../../query/ask-top.ts'
import type { GroupKey, Measure, Question } from '../../query/question.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { answerCsv } from './csv.ts'
import { answerJson } from './answer-json.ts'
import { answerTable } from './answer-table.ts'
import { answering, type Answering } from './answering.ts'
import { askedBasics, askedKeys, askedMeasures, askedNumber } from './asked-question.ts'
import { giveAnswer } from './give-answer.ts'
import { legend, nothingMatched } from './legend.ts'
import type { OutputFormat } from './output.ts'

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
export const top = (request: Arguments): Promise<number> =>
  answering(request, (at) => {
    const { options } = request
    const rows = askedNumber(options, usualNumber)
    const basics = askedBasics(options, at)
    const question: Question = {
      ...basics,
      by: askedKeys(options, usualKeys),
      measures: askedMeasures(options, usualMeasures),
      groupsSent: Math.max(basics.groupsSent, Math.min(rows, basics.budget.groups)),
    }
    return (given) => answer(question, rows, given)
  })

async function answer(question: Question, rows: number, given: Answering): Promise<number> {
  const { final, silent } = await askTop(given.asking, question, rows, given.options)
  return giveAnswer(given, {
    asked: question,
    coverage: final.coverage,
    silent,
    table: (width) => answerTable(question, final, width),
    json: () => answerJson(question, final),
    csv: () => answerCsv(question, final.rows),
    notes: (format) => notesOf(question, final, format),
  })
}

function notesOf(question: Question, final: FinalAnswer, format: OutputFormat): readonly string[] {
  const { rows, rest, total } = final
  if (rows.length === 0 && !rest) return nothingMatched(question, final.coverage)
  if (format !== 'table') return []
  return legend(question.measures, [...rows, ...(rest ? [rest] : []), { values: total }])
}
