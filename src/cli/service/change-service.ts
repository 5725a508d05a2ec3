import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Arguments } from '../command-line/arguments.ts'
import { readerGroup } from '../../recorder/privileges.ts'
import { exitCode } from '../exit-code.ts'
import { modulesBeside } from '../modules-beside.ts'
import { defaultDataDirectory } from '../places.ts'
import { filesBeside } from '../program-files.ts'
import {
  configDirectory,
  describeStep,
  installSteps,
  uninstallSteps,
  type Installable,
} from './service-plan.ts'
import { runStep, StepError } from './service-steps.ts'

/** `e2etop install-service` and `uninstall-service`. */
export function changeService({ command, options }: Arguments): number {
  const purge = options.has('purge')
  const systemd = existsSync('/run/systemd/system')
  const found = installable(systemd)
  const steps = command === 'install-service' ? installSteps(found) : uninstallSteps(systemd, purge)
  if (options.has('dry-run')) {
    for (const step of steps) say(describeStep(step))
    return exitCode.ok
  }
  if (process.geteuid?.() !== 0) {
    complain(
      `${command} needs root: it makes accounts, directories and units. With --dry-run it prints them.`,
    )
    return exitCode.failed
  }
  if (command === 'install-service' && isInHome(found.node) && !found.isNodeBeside) {
    complain(
      `Node.js is at ${found.node}, where the service may not read; install one outside of homes and run this with it`,
    )
    return exitCode.failed
  }
  try {
    for (const step of steps) runStep(step)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    complain(error.message)
    complain('What was done before stays; it is safe to run this again.')
    return exitCode.failed
  }
  for (const line of command === 'install-service' ? installed(systemd) : uninstalled(purge))
    say(line)
  return exitCode.ok
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const complain = (line: string) => void process.stderr.write(`e2etop: ${line}\n`)

/** The unit cannot see into homes, and what runs with capabilities must not be a user's to change. */
const isInHome = (path: string) => /^\/(home|root)\//.test(path)

function installed(systemd: boolean): readonly string[] {
  return [
    systemd
      ? 'Installed and started. `e2etop status` says how it does.'
      : 'Installed. systemd does not run here, so nothing was started: `e2etop record` does it by hand.',
    'Readers of the log and of the live flows join the group e2etop: usermod -aG e2etop USER',
  ]
}

function uninstalled(purge: boolean): readonly string[] {
  const kept =
    purge || !existsSync(defaultDataDirectory)
      ? ''
      : ` For root the log stays in ${defaultDataDirectory} and the settings in ${configDirectory}; --purge would delete both.`
  const isGroupThere = spawnSync('getent', ['group', readerGroup]).status === 0
  return [
    `Uninstalled.${kept}`,
    ...(isGroupThere
      ? [`The group ${readerGroup} stays: it is the main group of an account.`]
      : []),
  ]
}

function installable(systemd: boolean): Installable {
  const script = realpathSync(process.argv[1] ?? '')
  const modules = modulesBeside(script)
  const node = process.execPath
  const isNodeBeside = dirname(node) === dirname(dirname(script))
  return { node, isNodeBeside, script, data: filesBeside(script), modules, systemd }
}
