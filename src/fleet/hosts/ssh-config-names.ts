import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { matchesGlob } from '../../query/filter/glob.ts'

/** Names of hosts that ssh_config files give settings for, without patterns; of files that they include, too. */
export function sshConfigNames(files: readonly string[], home: string): readonly string[] {
  const names = new Set<string>()
  const read = (file: string, depth: number) => {
    if (depth > fleetLimits.sshIncludesMax) return
    for (const line of textOf(file).split('\n')) {
      const [, key, rest] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? []
      const words = (rest ?? '').trim().split(/\s+/).map(unquoted)
      if (key?.toLowerCase() === 'host')
        words.filter((word) => /^[^*?!]+$/.test(word)).forEach((word) => names.add(word))
      if (key?.toLowerCase() === 'include')
        words.flatMap((word) => included(word, file, home)).forEach((one) => read(one, depth + 1))
    }
  }
  files.forEach((file) => read(file, 0))
  return [...names]
}

const unquoted = (word: string) => word.replace(/^"(.*)"$/, '$1')

/** Relative names are of ~/.ssh, or of the directory of the system's file (ssh_config(5), Include). */
function included(pattern: string, from: string, home: string): readonly string[] {
  const base = from.startsWith(`${home}/`) ? join(home, '.ssh') : dirname(from)
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern
  const absolute = path.startsWith('/') ? path : join(base, path)
  const directory = dirname(absolute)
  const last = absolute.slice(directory.length + 1)
  if (!/[*?]/.test(last)) return [absolute]
  return listed(directory)
    .filter((name) => matchesGlob(last, name))
    .sort()
    .map((name) => join(directory, name))
}

/** ssh, too, passes over files that are not there. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
