import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setPriority } from 'node:os'
import type { ShownSeals } from '../../ui/shown-seals.ts'
import { privateVerifyCommand, type VerifyReport } from './verify-report.ts'

const sealShown = 12
const priority = 10

/**
 * Whether a case is as it was sealed, found out while it is looked at by a process of its own: hashing all of it takes
 * longer than showing its rows, which must not wait, and until then nothing is said to be verified.
 */
export class SealsInSight implements ShownSeals {
  text = 'not verified yet'
  warning: string | undefined
  detail: string | undefined
  onChange: () => void = () => {}
  readonly #path: string
  readonly #identity: string
  #child: ChildProcess | undefined
  #isJudged = false

  /** `identity`: of the file whose rows are shown. */
  constructor(path: string, identity: string) {
    this.#path = path
    this.#identity = identity
  }

  /** Of effect once. */
  start(): void {
    if (this.#child) return
    const words = [process.argv[1]!, privateVerifyCommand, this.#path]
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child = child
    child.on('error', ({ message }) => this.#fail(message))
    child.on('close', () => this.#fail('it ended early'))
    child.on('spawn', () => setPriority(child.pid!, priority))
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.#take(JSON.parse(line) as VerifyReport),
    )
  }

  stop(): void {
    this.#isJudged = true
    this.#child?.kill()
  }

  #take(report: VerifyReport): void {
    if (report.kind === 'progress') {
      const percent = Math.floor((100 * report.done) / report.of)
      this.#tell(`verifying seals, ${percent} %`)
      return
    }
    this.#isJudged = true
    const { identity, isWrong, why, findings, seal, keys } = report
    if (identity !== this.#identity)
      this.#tell(
        'CHANGED',
        'The file was changed while it was open: what is shown is of neither. Open it again.',
      )
    else if (isWrong) {
      const more = findings > 1 ? ` and ${findings - 1} more` : ''
      this.#tell('ALTERED', `The case is NOT as it was written: ${why}${more}. See e2etop verify.`)
    } else {
      const signed = keys.length > 0 ? 'signed, see e2etop verify -f' : 'not signed'
      this.detail = `as it was written, seal ${seal}; ${keys.length > 0 ? `signed with ${keys.join(', ')}` : 'not signed: compare the seal with the one that export printed'}`
      this.#tell(`verified, seal ${seal.slice(0, sealShown)}…, ${signed}`)
    }
  }

  #fail(why: string): void {
    if (this.#isJudged) return
    this.#isJudged = true
    this.#tell('not verified', `The seals could not be verified: ${why}. See e2etop verify.`)
  }

  #tell(text: string, warning?: string): void {
    this.text = text
    this.warning = warning
    this.onChange()
  }
}
