import type { Alteration } from './alteration.ts'
import { verifyAround } from './around-case.ts'
import { caseContents, type CaseContents } from './case-contents.ts'
import type { ReadCase } from './read-case.ts'
import { checkSignature, type SignatureFinding } from './sign-case.ts'
import { verifyCase, type Progress } from './verify-case.ts'

/** Whether a case is as it was written. */
export interface Judgement {
  readonly altered: readonly Alteration[]
  /** That its rows come to; undefined where they cannot be read. */
  readonly seal: string | undefined
  readonly contents: CaseContents | undefined
  readonly signatures: readonly SignatureFinding[]
  readonly isWrong: boolean
}

/** Checks seals, signatures, and what lies in and beside the file. */
export function judgeCase(
  path: string,
  file: ReadCase,
  { signers, progress }: { readonly signers?: string | undefined; readonly progress?: Progress },
): Judgement {
  const { altered: within, seal } = allOf(verifyCase(file, progress))
  const altered = [...verifyAround(path), ...within]
  const contents = seal === undefined ? undefined : caseContents(file.database)
  const signatures = (contents?.signatures ?? []).map((text) =>
    checkSignature(seal ?? '', text, signers),
  )
  const isWrong =
    seal === undefined || altered.length > 0 || signatures.some(({ kind }) => kind === 'wrong')
  return { altered, seal, contents, signatures, isWrong }
}

function allOf(findings: Generator<Alteration, string | undefined>) {
  const altered: Alteration[] = []
  for (;;) {
    const next = findings.next()
    if (next.done) return { altered, seal: next.value }
    altered.push(next.value)
  }
}
