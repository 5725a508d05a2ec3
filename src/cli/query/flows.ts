import { limits } from '../../model/limits.ts'
import { recordsAt } from '../../model/flow-block.ts'
import type { RecordQuestion } from '../../query/asking.ts'
import { Best } from '../../query/best.ts'
import { orderSpec, readOrder, type RecordOrder } from '../../query/words/order-words.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { answering, type Answering } from './answering.ts'
import { askedBasics, askedNumber, said } from './asked-question.ts'
import { bothEnds } from './both-ends.ts'
import { followFlows } from './follow-flows.ts'
import { csvHead, recordLine, type RecordForm } from './record-line.ts'
import { finish, RecordEnds } from './record-ends.ts'
import { recordTable, type HostRecord } from './record-table.ts'

const usualNumber = 20
/** Some hundred kB of text. */
const linesAtOnce = 500

/** `e2etop flows`: records, the latest or the largest ones, or all; or flows as they end. */
export function flows(request: Arguments): Promise<number> {
  const { options } = request
  if (options.has('follow')) return followFlows(request)
  if (options.has('both-ends')) return bothEnds(request)
  return answering(request, (at) => {
    const { where, range, budget } = askedBasics(options, at)
    const order = options.get('sort')
    const by = order === undefined ? 'end' : said(readOrder(order))
    const question: RecordQuestion = { ...(where && { where }), range, budget }
    return (given) => {
      const isTable = given.format === 'table'
      const form = { format: given.format, withWhereabouts: options.has('whereabouts') }
      // A script that does not say how many wants all of them; a table of a million lines nobody wants.
      const most = askedNumber(options, isTable || order !== undefined ? usualNumber : Infinity)
      if (most > limits.recordsShown && (isTable || order !== undefined)) throw tooMany()
      return most === Infinity
        ? giveAll(question, given, form)
        : giveBest(question, { by, most, form }, given)
    }
  })
}

const tooMany = () =>
  new UsageError(
    `a table or a sorted list has at most ${limits.recordsShown} lines; --format json or csv without --sort gives all`,
  )

async function giveAll(
  question: RecordQuestion,
  given: Answering,
  form: RecordForm,
): Promise<number> {
  const ends = new RecordEnds()
  if (given.format === 'csv') given.print(csvHead(form))
  for await (const piece of given.asking.records(question, given.options)) {
    if (piece.kind === 'end') ends.coverage.push(piece.coverage)
    else if (piece.kind === 'silent') ends.silent.push(piece.silent)
    else {
      const { host, columns, rows } = piece
      ends.records += rows.length
      for (let at = 0; at < rows.length; at += linesAtOnce) {
        const some = recordsAt(columns, rows.subarray(at, at + linesAtOnce))
        await given.printed(some.map((record) => recordLine({ host, record }, form)).join(''))
      }
    }
  }
  return finish(question, ends, given, form)
}

async function giveBest(
  question: RecordQuestion,
  {
    by,
    most,
    form,
  }: { readonly by: RecordOrder; readonly most: number; readonly form: RecordForm },
  given: Answering,
): Promise<number> {
  const ends = new RecordEnds()
  const best = new Best<HostRecord>(most)
  const { of } = orderSpec(by)
  const asked = { ...question, best: { by, most } }
  for await (const piece of given.asking.records(asked, given.options)) {
    if (piece.kind === 'end') ends.coverage.push(piece.coverage)
    else if (piece.kind === 'silent') ends.silent.push(piece.silent)
    else {
      ends.records += piece.rows.length
      for (const record of recordsAt(piece.columns, piece.rows))
        best.offer(of(record), { host: piece.host, record })
    }
  }
  // Of times the newest last, where the eye is; of sizes the largest first.
  const found = by === 'end' || by === 'start' ? best.items().toReversed() : best.items()
  if (given.format === 'table') {
    const hosts = ends.coverage.length + ends.silent.length
    const { withWhereabouts } = form
    const shape = { width: given.width, sortedBy: by, withHost: hosts > 1, withWhereabouts }
    given.print(recordTable(found, shape))
  } else {
    const head = given.format === 'csv' ? csvHead(form) : ''
    given.print(head + found.map((one) => recordLine(one, form)).join(''))
  }
  return finish(question, ends, given, form)
}
