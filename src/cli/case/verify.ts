import type { Alteration } from '../../export/case/alteration.ts'
import type { CaseContents } from '../../export/case/case-contents.ts'
import { judgeCase } from '../../export/case/judge-case.ts'
import { openCase } from '../../export/case/read-case.ts'
import type { SignatureFinding } from '../../export/case/sign-case.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { progressLine } from '../query/progress-line.ts'
import { hostLine } from './case-summary.ts'

/** `e2etop verify`: 0 only for a case that is as it was written and, where signers are named, signed by one of them. */
export async function verify({ operands, options }: Arguments): Promise<number> {
  const path = operands[0]!
  const file = await openCase(path)
  try {
    const signers = options.get('signers')
    const line = progressLine(process.stderr)
    const progress = (done: number, of: number) =>
      line.show(() => `verifying, ${Math.floor((100 * done) / of)} %`)
    const judgement = judgeCase(path, file, { signers, progress })
    line.clear()
    const { altered, seal, contents, signatures, isWrong } = judgement
    const isTrusted = signatures.some(({ kind }) => kind === 'trusted')
    const lines = [
      ...(contents ? contentLines(contents) : []),
      ...alterationLines(altered),
      ...signatures.map(signatureLine),
      ...(signatures.length > 0
        ? []
        : ['Not signed: who altered it could also have sealed it anew; compare the seal.']),
      isWrong ? 'NOT as it was written.' : `As it was written: seal ${seal}.`,
    ]
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
    return isWrong || (options.has('signers') && !isTrusted) ? exitCode.failed : exitCode.ok
  } finally {
    file.close()
  }
}

const clean = (text: string) => cleanText(text, limits.sentenceLength)

const contentLines = ({ meta, hosts, flows }: CaseContents): string[] => [
  ...[...meta].filter(([, value]) => value !== '').map(([key, value]) => `${key}: ${value}`),
  `${flows} records`,
  ...hosts.flatMap((host) => [hostLine(host), ...host.why.map((line) => `    ${line}`)]),
]

function alterationLines(altered: readonly Alteration[]): string[] {
  const told = altered.slice(0, limits.alterationsTold)
  const more = altered.length - told.length
  return [
    ...told.map(({ where, what }) => `ALTERED: ${clean(where)} ${clean(what)}`),
    ...(more > 0 ? [`ALTERED: and ${more} more`] : []),
  ]
}

function signatureLine(finding: SignatureFinding): string {
  switch (finding.kind) {
    case 'trusted':
      return `Signed by ${finding.signer}, key ${finding.key}.`
    case 'unknown signer':
      return `Signed by a key that is not known to be anyone's, ${finding.key}: ${finding.why}.`
    case 'wrong':
      return `WRONG signature: ${finding.why}`
  }
}
