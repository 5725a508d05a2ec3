import { finalise, type FinalAnswer } from '../../query/aggregate/finalise.ts'
import { groupableFields, type Measure, type Question } from '../../query/question.ts'
import { measureName, readMeasures } from '../../query/words/measure-words.ts'
import { alignedTable } from '../aligned-table.ts'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../usage-error.ts'
import { answerJson } from './answer-json.ts'
import { answering, type Answering } from './answering.ts'
import { askedBasics, askedMeasures, said } from './asked-question.ts'
import { answerHead, csvLine } from './csv.ts'
import { giveAnswer } from './give-answer.ts'
import { exactCell, measureCell } from './measure-cells.ts'

const usual = said(readMeasures('flows,tx_bytes,rx_bytes,tx_packets,rx_packets,retransmits'))

/** `e2etop count`: all that is meant together. */
export const count = (request: Arguments): Promise<number> =>
  answering(request, (at) => {
    const { options } = request
    const distinct = distinctOf(options.get('distinct'))
    const measures = [...distinct, ...askedMeasures(options, usual)]
    const question: Question = { ...askedBasics(options, at), by: [], measures }
    return (given) => answer(question, given)
  })

function distinctOf(text: string | undefined): readonly Measure[] {
  if (text === undefined) return []
  return text.split(',').map((word) => {
    const field = groupableFields.find((one) => one === word.trim())
    if (field) return { kind: 'distinct', of: field }
    throw new UsageError(`--distinct takes ${groupableFields.join(', ')}, not '${word}'`)
  })
}

async function answer(question: Question, given: Answering): Promise<number> {
  const { partial, silent } = await given.asking.ask(question, given.options)
  const final = finalise(question, partial, 1)
  return giveAnswer(given, {
    asked: question,
    coverage: final.coverage,
    silent,
    table: () => countTable(question, final),
    json: () => answerJson(question, final),
    csv: () => answerHead(question) + csvLine(final.total.map(({ value }) => value)),
  })
}

/** A line a measure: exact, and short where that is shorter. */
function countTable({ measures }: Question, { total }: FinalAnswer): string {
  const lines = measures.map((measure, i) => ({ measure, measured: total[i]! }))
  return alignedTable(
    [
      { title: 'MEASURE', align: 'left', cell: ({ measure }) => measureName(measure) },
      { title: 'NUMBER', align: 'right', cell: ({ measured }) => exactCell(measured) },
      { title: '', align: 'right', cell: (line) => measureCell(line.measure, line.measured) },
    ],
    lines,
  )
}
