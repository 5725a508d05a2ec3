import { limits } from '../model/limits.ts'
import { decodeConfig, defaultConfig, type RecorderConfig } from '../recorder/config.ts'
import { RecorderError } from '../recorder/recorder-error.ts'
import { readTextFile } from './read-text-file.ts'

export const defaultConfigPath = '/etc/e2etop/config.json'

/**
 * The recorder's config from `path`, else from its usual place, which need not be there.
 * @throws RecorderError `config` naming file and setting
 */
export function readConfigFile(path: string | undefined): RecorderConfig {
  const file = path ?? defaultConfigPath
  const text = readText(file, path === undefined)
  if (text === undefined) return defaultConfig
  const decoded = decodeConfig(text)
  if (decoded.ok) return decoded.config
  throw new RecorderError('config', `${file}: ${decoded.why}`, `Correct ${file}.`)
}

/** Undefined where the file is not there and need not be. */
function readText(file: string, optional: boolean): string | undefined {
  let text: string | undefined
  try {
    text = readTextFile(file, limits.configBytesMax)
  } catch (cause) {
    if (optional && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RecorderError(
      'config',
      `${file} cannot be read: ${why}`,
      'Name another file with --config.',
      cause,
    )
  }
  if (text !== undefined) return text
  const why = `${file} is longer than ${limits.configBytesMax} bytes`
  throw new RecorderError(
    'config',
    why,
    'A config has some lines; name the right file with --config.',
  )
}
