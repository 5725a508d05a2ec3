import { basename, extname } from 'node:path'
import { MalformedError } from '../../model/json-fields.ts'
import { themeFromBtop } from '../../ui/theme/btop-theme.ts'
import { decodeTheme } from '../../ui/theme/theme.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { FileError } from '../file-error.ts'
import { readSmallFile, saveTheme } from './monitor-files.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** `e2etop theme import FILE`: a theme of btop becomes one of the monitor, under the name of its file. */
export function importTheme({ operands }: Arguments): number {
  const [verb, file = ''] = operands
  if (verb !== 'import') throw new UsageError(`e2etop theme import FILE, not '${verb}'`)
  const name = basename(file, extname(file)).replace(/[^\w.-]/g, '_')
  try {
    const theme = themeFromBtop(readSmallFile(file), name)
    decodeTheme(theme)
    const written = saveTheme(name, theme)
    process.stdout.write(`${written}\nTry it: e2etop --theme ${name}\n`)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw new FileError(`${file}: ${error.message}`, 'name a theme file of btop')
  }
  return exitCode.ok
}
