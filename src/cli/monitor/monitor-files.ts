import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { MalformedError } from '../../model/json-fields.ts'
import { screenLimits } from '../../model/screen-limits.ts'
import { decodeSettings, type MonitorSettings } from '../../ui/settings.ts'
import { configDirectory } from '../places.ts'
import { readTextFile } from '../read-text-file.ts'
import { FileError } from '../file-error.ts'

const settingsFile = () => join(configDirectory(), 'monitor.json')
const themesDirectory = () => join(configDirectory(), 'themes')

/** What the user has chosen; nothing where there is no file. @throws FileError naming file and setting */
export function readSettings(): MonitorSettings {
  const file = settingsFile()
  const json = readJson(file)
  if (json === undefined) return {}
  try {
    return decodeSettings(json)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw wrong(file, error.message)
  }
}

/** Gives the file that it was written to. */
export function saveSettings(settings: MonitorSettings): string {
  const file = settingsFile()
  writeJson(file, settings)
  return `kept in ${file}`
}

/** Themes of the user by the names of their files. @throws FileError where one is no JSON */
export function readThemes(): Readonly<Record<string, unknown>> {
  const directory = themesDirectory()
  let names: readonly string[]
  try {
    names = readdirSync(directory)
  } catch (error) {
    if (isMissing(error)) return {}
    throw unreadable(directory, error)
  }
  const files = names.filter((name) => name.endsWith('.json'))
  return Object.fromEntries(
    files.map((name) => [basename(name, '.json'), readJson(join(directory, name))]),
  )
}

/** Gives the file that it was written to. */
export function saveTheme(name: string, theme: unknown): string {
  const file = join(themesDirectory(), `${name}.json`)
  writeJson(file, theme)
  return file
}

/** At most `settingsBytesMax` of text. @throws FileError */
export function readSmallFile(file: string): string {
  let text: string | undefined
  try {
    text = readTextFile(file, screenLimits.settingsBytesMax)
  } catch (error) {
    throw unreadable(file, error)
  }
  if (text !== undefined) return text
  throw wrong(file, `longer than ${screenLimits.settingsBytesMax} bytes`)
}

function readJson(file: string): unknown {
  let text: string
  try {
    text = readSmallFile(file)
  } catch (error) {
    if (error instanceof FileError && isMissing(error.cause)) return undefined
    throw error
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong(file, `no JSON: ${messageOf(error)}`)
  }
}

/** Whole or not at all. */
function writeJson(file: string, value: unknown): void {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(value, undefined, 2)}\n`)
  renameSync(`${file}.new`, file)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
const unreadable = (file: string, cause: unknown) =>
  new FileError(`${file} cannot be read: ${messageOf(cause)}`, `look at ${file}`, cause)
const wrong = (file: string, why: string) =>
  new FileError(`${file}: ${why}`, `correct ${file}, or move it away`)
