import { serveConsole } from '../../../src/host/serve/serve-console.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { decodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { cannedAnswer } from './canned-answer.ts'

/** `e2etop serve --stdio` without a log: its answer is there at once, so that what is measured is the way to it. */
const answers = new Map<number, Uint8Array>()
await serveConsole(
  { input: process.stdin, output: process.stdout },
  {
    greeting: { ...spoken, version: 'bench', host: 'canned' },
    now: () => hostTime(Date.now()),
    served: {
      async answer({ question: bytes, as }) {
        const decoded = decodeQuestion(bytes)
        if (!decoded.ok) throw new Error(decoded.why)
        const { question } = decoded
        const answer = answers.get(question.groupsSent) ?? cannedAnswer(question, as)
        answers.set(question.groupsSent, answer)
        return answer
      },
      records: () => {
        throw new Error('not measured')
      },
      watch: () => {
        throw new Error('not measured')
      },
    },
  },
)
process.exit()
