import { release } from 'node:os'
import { bpfRequirements, type Requirement } from '../../capture/bpf/probe.ts'
import { CaptureError } from '../../capture/capture-error.ts'
import { openSource, type SourceRequest } from '../../capture/open-source.ts'
import { essentialSights } from '../../model/capture-status.ts'
import { whereaboutsToldHere } from '../../query/whereabouts.ts'
import { wrapCells } from '../../ui/text/cells.ts'
import { exitCode } from '../exit-code.ts'
import { version } from '../version.ts'

const indent = '       '

/** Prints what this host can and cannot do; exit 0 where everything can be seen, 3 for less, 1 for nothing. */
export function doctor(print: (text: string) => void, columns: number): number {
  const width = Math.max(40, columns) - indent.length
  const paragraph = (text: string) => wrapCells(text, width).join(`\n${indent}`)
  print(`e2etop ${version} on Linux ${release()} (${process.arch}), Node ${process.version}\n`)
  print(`user   ${process.geteuid?.() === 0 ? 'root' : `uid ${process.geteuid?.()}, not root`}\n`)
  print('\nWhat BPF capture needs:\n')
  for (const requirement of bpfRequirements()) print(`${described(requirement, paragraph)}\n`)
  print('\nSources of flows:\n')
  const verdicts = (['bpf', 'sockdiag'] as const).map((source) => tried(source))
  for (const verdict of verdicts)
    print(`${verdict.ok ? 'yes' : 'no '}    ${paragraph(verdict.text)}\n`)
  const best = verdicts.find(({ ok }) => ok)
  if (!best) {
    print('\ne2etop cannot see any flow here.\n')
    return exitCode.failed
  }
  print(`\ne2etop will use ${best.source}.\n`)
  print(`\n${paragraph(databaseText())}\n`)
  return best.whole ? exitCode.ok : exitCode.partial
}

function databaseText(): string {
  const told = whereaboutsToldHere()
  return told.kind === 'known'
    ? `Countries and AS are known as of ${told.date} (${told.name}).`
    : `Countries and AS are not known: ${told.why}`
}

function described({ what, need, missing }: Requirement, paragraph: (text: string) => string) {
  if (!missing) return `yes    ${what}`
  const cost =
    need === 'required' ? 'BPF capture is not possible without it' : 'less is seen without it'
  return `no     ${paragraph(`${what}: ${missing.why} (${cost}). What to do: ${missing.next}.`)}`
}

interface Verdict {
  readonly source: SourceRequest['source']
  readonly ok: boolean
  /** Sees everything that e2etop can. */
  readonly whole: boolean
  readonly text: string
}

/** Opens a source for real and closes it: nothing else proves that it opens. */
function tried(source: 'bpf' | 'sockdiag'): Verdict {
  try {
    const opened = openSource({ source, actor: false })
    const { sees, blind } = opened.status()
    opened.close()
    const whole = essentialSights.every((sight) => sees.includes(sight))
    const text = `${source} sees ${sees.join(', ')}. ${blind.join(' ')}`.trim()
    return { source, ok: true, whole, text }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    const text = `${source}: ${error.message}. What to do: ${error.next}.`
    return { source, ok: false, whole: false, text }
  }
}
