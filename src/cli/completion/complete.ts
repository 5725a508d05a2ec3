import { homedir } from 'node:os'
import { themeNames } from '../../ui/theme/themes.ts'
import { hostWords } from '../fleet/inventory.ts'
import { readThemes } from '../monitor/monitor-files.ts'
import { defaultDataDirectory } from '../places.ts'
import { completionsOf } from './completions.ts'
import type { Candidate } from './option-values.ts'
import { typedLine } from './shell-words.ts'
import { valuesInLog } from './values-in-log.ts'

/** What `e2etop complete SHELL LINE [WORD]` prints: `LINE` up to the cursor, of which bash replaces the end `WORD` only. */
export async function complete([shell, text = '', word]: readonly string[]): Promise<string> {
  const line = typedLine(text)
  const { kind, candidates } = await completionsOf(line, {
    values: () => valuesInLog(directoryIn(line.before)),
    // Where they cannot be read, the command itself says why.
    hosts: () => hostWords({ configFile: undefined, home: homedir() }).catch(() => []),
    themes,
  })
  const kept =
    shell === 'bash' && word !== undefined ? Math.max(0, line.current.length - word.length) : 0
  const shown = ({ text, help }: Candidate) =>
    shell === 'bash' ? text.slice(kept) : `${text}\t${help}`
  return [kind, ...candidates.map(shown)].map((one) => `${one}\n`).join('')
}

/** The shipped ones where those of the user cannot be read: the monitor says why. */
async function themes(): Promise<readonly string[]> {
  try {
    return themeNames(readThemes())
  } catch {
    return themeNames({})
  }
}

const directoryIn = (words: readonly string[]): string =>
  words[words.lastIndexOf('--data-dir') + 1 || words.length] ?? defaultDataDirectory
