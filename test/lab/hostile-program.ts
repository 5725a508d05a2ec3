import { decodeQuestion } from '../../src/query/encoding/question-bytes.ts'
import { encodePartial } from '../../src/query/encoding/partial-bytes.ts'
import { emptyPartial } from '../../src/query/aggregate/merge-partials.ts'
import { FrameReader } from '../../src/model/frame.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { PartialGroups } from '../../src/query/partial-groups.ts'
import type { Question } from '../../src/query/question.ts'
import { askerLineBytes, serverLine, spoken } from '../../src/query/serve/opening.ts'
import { decodeAsker, encodeServe, type AskerMessage } from '../../src/query/serve/serve-message.ts'
import { wholeCoverage } from '../sim/whole-coverage.ts'

/** What an attacker may have in the place of `e2etop serve --stdio`; which of them the port says by which it is reached. */
const attacks: Readonly<Record<string, () => void>> = {
  2301: endless,
  2302: () => serve(gigabyte),
  2303: () => serve((ask) => say(answer(ask, withJson(ask, '['.repeat(200_000))))),
  2304: () =>
    serve((ask) => say(answer(ask, withJson(ask, '{"__proto__":{"rows":1,"words":[]}}')))),
  2305: () => serve((ask) => say(answer(ask, honest(questionOf(ask), { host: 'web2' })))),
  2306: () => serve((ask) => say(answer(ask, honest(questionOf(ask), { process: evil })))),
  2307: () => serve(() => {}, { protocol: 99, oldest: 99 }),
  2308: () => serve((ask) => say(answer(ask, honest(questionOf(ask), { value: NaN })))),
  2309: () => serve(flood),
}

const evil = '\x1b]0;owned\x07\x1b[2J\u202egpj.exe\r\n'
const say = (bytes: Uint8Array) => process.stdout.write(bytes)
type Ask = Extract<AskerMessage, { readonly question: Uint8Array }>

function serve(attack: (ask: Ask) => void, versions: typeof spoken | object = {}): void {
  const frames = new FrameReader()
  let line = Buffer.alloc(0)
  process.stdin.on('data', (piece: Buffer) => {
    if (line.length < askerLineBytes) {
      line = Buffer.concat([line, piece])
      if (line.length < askerLineBytes) return
      say(
        Buffer.from(serverLine(line.toString('latin1', 'e2etop-ask '.length, askerLineBytes - 1))),
      )
      const greeting = {
        ...spoken,
        ...versions,
        version: evil,
        host: evil,
        at: hostTime(Date.now()),
      }
      say(encodeServe({ kind: 'greeting', greeting }))
      piece = line.subarray(askerLineBytes)
    }
    const result = frames.push(piece)
    if (result.kind !== 'frames') return
    for (const frame of result.frames) {
      const decoded = decodeAsker(frame)
      if (decoded.ok && decoded.message?.kind === 'ask') attack(decoded.message)
    }
  })
  process.stdin.on('end', () => process.exit())
}

function endless(): void {
  const piece = Buffer.alloc(65_536, 'x')
  const more = () =>
    void (process.stdout.write(piece) ? setImmediate(more) : process.stdout.once('drain', more))
  process.stdout.on('error', () => process.exit())
  more()
}

/** Announced, and then sent for as long as anybody reads it. */
function gigabyte(): void {
  const head = Buffer.alloc(5)
  head.writeUInt32LE(2 ** 30)
  say(head)
  endless()
}

/** Messages that nobody waits for, for as long as anybody reads them. */
function flood(): void {
  const stray = Buffer.concat(
    Array.from({ length: 500 }, (_, i) =>
      encodeServe({ kind: 'pong', id: 1e9 + i, at: hostTime(0) }),
    ),
  )
  const more = () =>
    void (process.stdout.write(stray) ? setTimeout(more, 1) : process.stdout.once('drain', more))
  process.stdout.on('error', () => process.exit())
  more()
}

const answer = ({ id }: Ask, bytes: Uint8Array) =>
  encodeServe({ kind: 'answer', id, answer: bytes })

function questionOf({ question }: Ask): Question {
  const decoded = decodeQuestion(question)
  if (!decoded.ok) throw new Error(decoded.why)
  return decoded.question
}

interface Lie {
  readonly host?: string
  readonly process?: string
  readonly value?: number
}

/** An answer of one group but for what is a lie. */
function honest(question: Question, { host = asked, process: name = 'lie', value = 5 }: Lie) {
  const states = question.measures.map(() => ({ kind: 'total', value }) as const)
  const groups = [
    {
      key: question.by.map((key) => (key.kind === 'field' && key.field === 'host' ? host : name)),
      states,
      unsent: undefined,
    },
  ]
  const partial = { ...emptyPartial(question), coverage: [wholeCoverage(host, question)] }
  return encodePartial(question, {
    ...partial,
    groups: PartialGroups.of(question.measures, groups),
  })
}

/** The head of an answer that is not deflated, and this JSON in it. */
function withJson(ask: Ask, json: string): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([honest(questionOf(ask), {}).subarray(0, 8), length, Buffer.from(json)])
}

const port = process.env['SSH_CONNECTION']?.split(' ')[3] ?? ''
/** What the console calls it. */
const asked = `attack${port}`
attacks[port]?.()
