import { studyCoverage } from '../../analysis/coverage/coverage-study.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { didYouMean } from '../../model/near-miss.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { loadContrib } from '../../ui/charts/contrib.ts'
import { colourDepth } from '../../ui/theme/colour-depth.ts'
import { paintOf } from '../../ui/theme/themes.ts'
import { coverageText } from './coverage-text.ts'
import { exportTimerText, ratesText } from './load-text.ts'
import { studies } from '../command-line/command-specs.ts'
import { readInputs, type StudyInputs } from './read-inputs.ts'
import type { StudyFormat, StudyStyle } from './study-format.ts'

type Study = (typeof studies)[number]

const narrowest = 40
const widest = 160

/** Studies a site, as the paper did: 0 whole, 3 where an input is not, 1 where one cannot be read. */
export async function study({ operands, options }: Arguments): Promise<number> {
  const [name = '', ...paths] = operands
  if (!isStudy(name)) {
    const meant = didYouMean(name, studies)
    throw new UsageError(`there is a study of ${studies.join(', ')}, not of '${name}'${meant}`)
  }
  const { isTTY } = process.stdout
  const style = await styleOf((options.get('format') ?? (isTTY ? 'table' : 'json')) as StudyFormat)
  const inputs = readInputs(paths, options.get('net'))
  process.stdout.write(textOf(name, inputs, style))
  return explained(inputs)
}

async function styleOf(format: StudyFormat): Promise<StudyStyle> {
  const { isTTY, columns } = process.stdout
  const { NO_COLOR, COLORTERM, TERM } = process.env
  const depth = colourDepth({ NO_COLOR, COLORTERM, TERM })
  return {
    format,
    width: Math.max(narrowest, Math.min(isTTY ? columns : 100, widest)),
    draw: format === 'table' ? await loadContrib() : undefined,
    paint: isTTY && depth !== 'none' ? paintOf('system', {}, depth) : (_role, text) => text,
  }
}

const isStudy = (name: string): name is Study => (studies as readonly string[]).includes(name)

function textOf(name: Study, inputs: StudyInputs, style: StudyStyle): string {
  switch (name) {
    case 'coverage':
      return coverageText(studyCoverage(inputs.graph), inputs, style)
    case 'rates':
      return ratesText(inputs, style)
    case 'export-timer':
      return exportTimerText(inputs, style)
  }
}

function explained({ graph, missing }: StudyInputs): number {
  const reasons = [...missing]
  if (graph.left.flows > 0)
    reasons.push(
      `${graph.left.flows} flows are beyond the ${wireLimits.studyEdgesMax} pairs of hosts that are kept: they count as not seen`,
    )
  for (const reason of reasons) process.stderr.write(`e2etop: ${reason}\n`)
  return reasons.length > 0 ? exitCode.partial : exitCode.ok
}
