import { createServer } from 'node:net'
import { serveConsole } from '../../../src/host/serve/serve-console.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { decodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { cannedAnswer } from './canned-answer.ts'

/**
 * `e2etop serve --stdio` of all hosts at once, on the socket SOCKET, without logs: its answers are there at once, so that
 * what is measured is the way to them.
 */
const answers = new Map<string, Uint8Array>()
const settings = {
  greeting: { ...spoken, version: 'bench', host: 'canned' },
  now: () => hostTime(Date.now()),
  served: {
    async answer({ question: bytes, as }: { question: Uint8Array; as: string }) {
      const decoded = decodeQuestion(bytes)
      if (!decoded.ok) throw new Error(decoded.why)
      const { question } = decoded
      const key = `${as} ${question.groupsSent}`
      const answer = answers.get(key) ?? cannedAnswer(question, as)
      answers.set(key, answer)
      return answer
    },
    records: () => {
      throw new Error('not measured')
    },
    watch: () => {
      throw new Error('not measured')
    },
  },
}
createServer((socket) => {
  socket.on('error', () => {})
  void serveConsole({ input: socket, output: socket }, settings).then(() => socket.destroy())
}).listen(process.argv[2])

/** On SOCKET.bytes instead, as many bytes as each line says. */
const bytes = Buffer.alloc(1_000_000, 'x')
createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', (lines: Buffer) => {
    for (const line of lines.toString().split('\n'))
      if (line !== '') socket.write(bytes.subarray(0, Number(line)))
  })
}).listen(`${process.argv[2]}.bytes`)
