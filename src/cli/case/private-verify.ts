import { judgeCase } from '../../export/case/judge-case.ts'
import { identityOf, openCase } from '../../export/case/read-case.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { exitCode } from '../exit-code.ts'
import type { VerifyReport } from './verify-report.ts'

/** Verifies a case that somebody looks at meanwhile, and reports a line at a time. @throws ExportError */
export async function runPrivateVerify(path: string): Promise<number> {
  const report = (one: VerifyReport) => process.stdout.write(`${JSON.stringify(one)}\n`)
  const file = await openCase(path)
  const { identity } = file
  const judgement = judgeCase(path, file, {
    progress: (done, of) => report({ kind: 'progress', done, of }),
  })
  const { altered, seal = '', signatures, isWrong } = judgement
  file.close()
  const [first] = altered.map(({ where, what }) =>
    cleanText(`${where} ${what}`, limits.sentenceLength),
  )
  const [signature] = signatures
  const keys = signatures.flatMap((one) => (one.kind === 'wrong' ? [] : [one.key]))
  report({
    kind: 'verdict',
    // Where it became another meanwhile, nobody knows of which of them the verdict is.
    identity: identity === identityOf(path) ? identity : 'changed',
    isWrong,
    why: first ?? (signature?.kind === 'wrong' ? `its signature is wrong: ${signature.why}` : ''),
    findings: altered.length,
    seal,
    keys,
  })
  return exitCode.ok
}
