import { didYouMean } from '../../model/near-miss.ts'
import { finalise, type FinalAnswer } from '../../query/aggregate/finalise.ts'
import { groupableFields, type Measure, type Question } from '../../query/question.ts'
import { fieldNamed, fieldNames } from '../../query/words/field-words.ts'
import { measureName, readMeasures } from '../../query/words/measure-words.ts'
import { readList, type WordRead } from '../../query/words/word-read.ts'
import { alignedTable } from '../aligned-table.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { answerJson } from './answer-json.ts'
import { answering, type Answering } from './answering.ts'
import { askedBasics, askedMeasures, said } from './asked-question.ts'
import { answerHead, csvLine } from './csv.ts'
import { giveAnswer } from './give-answer.ts'
import { legend } from './legend.ts'
import { exactCell, measureCell } from './measure-cells.ts'

const usual = said(readMeasures('flows,tx_bytes,rx_bytes,tx_packets,rx_packets,retransmits'))

/** `e2etop count`: all that is meant together. */
export const count = (request: Arguments): Promise<number> =>
  answering(request, (at) => {
    const { options } = request
    const distinct = distinctOf(options.get('distinct'))
    const names = distinct.map(measureName)
    const others = askedMeasures(options, usual).filter((one) => !names.includes(measureName(one)))
    const measures = [...distinct, ...others]
    const question: Question = { ...askedBasics(options, at), by: [], measures }
    return (given) => answer(question, given)
  })

function distinctOf(text: string | undefined): readonly Measure[] {
  if (text === undefined) return []
  return said(readList(text, readField, measureName), '--distinct: ')
}

function readField(word: string): WordRead<Measure> {
  const of = fieldNamed(word)
  if (of) return { ok: true, value: { kind: 'distinct', of } }
  const fields = `one of ${groupableFields.join(', ')}`
  return { ok: false, why: `'${word}' is no field${didYouMean(word, fieldNames) || `; ${fields}`}` }
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
    notes: (format) =>
      format === 'table' ? legend(question.measures, [{ values: final.total }]) : [],
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
