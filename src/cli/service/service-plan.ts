import { basename, dirname, join } from 'node:path'
import { readerGroup, recorderUser } from '../../recorder/privileges.ts'
import { defaultConfigPath } from '../config-file.ts'
import type { PackageDirectory } from '../modules-beside.ts'
import { defaultDataDirectory } from '../places.ts'
import {
  serviceName,
  serviceUnit,
  socketName,
  socketUnit,
  type ServiceProgram,
} from './service-units.ts'

/** One step of installing or uninstalling; done again, it changes nothing. */
export type Step =
  | {
      readonly kind: 'run'
      readonly command: readonly string[]
      /** Exits with one of these say that it was done before. */
      readonly alsoFine?: readonly number[]
    }
  | {
      readonly kind: 'directory'
      readonly path: string
      readonly mode: number
      readonly user: string
      readonly group: string
    }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  /** A file or a directory with all that is in it; the copy is root's. */
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  /** Refused while a process runs as this user: what it uses must not be taken from under it. */
  | { readonly kind: 'idle'; readonly user: string }

/** Where the installed program is: root's alone, because it runs with capabilities. */
export const installedProgram = '/usr/local/lib/e2etop'
/** So that anyone can say `e2etop status`. */
const commandLink = '/usr/local/bin/e2etop'
const units = '/etc/systemd/system'
export const configDirectory = defaultConfigPath.replace(/\/[^/]*$/, '')

/** Of groupadd(8) and useradd(8): the name is taken. Of groupdel(8), userdel(8): there is none of that name. */
const nameTaken = 9
const noSuchName = 6
/** Of groupdel(8): it is the group of an account that somebody made, such as an analyst's. */
const primaryGroup = 8

/** What is there to be installed. */
export interface Installable {
  readonly node: string
  /** It came with the program (`deploy`), and is installed with it. */
  readonly isNodeBeside: boolean
  /** The built program, the files that it reads from beside itself, and the packages that it loads. */
  readonly script: string
  readonly data: readonly string[]
  readonly modules: readonly PackageDirectory[]
  /** systemd runs here and can be told. */
  readonly systemd: boolean
}

export function installSteps(installable: Installable): readonly Step[] {
  const { script, systemd, isNodeBeside } = installable
  const program: ServiceProgram = {
    node: isNodeBeside ? `${installedProgram}/node` : installable.node,
    script: `${installedProgram}/dist/e2etop.mjs`,
  }
  const systemctl = (...words: string[]): Step => ({
    kind: 'run',
    command: ['systemctl', ...words],
  })
  return [
    {
      kind: 'run',
      command: ['groupadd', '--system', readerGroup],
      alsoFine: [nameTaken],
    },
    {
      kind: 'run',
      command:
        `useradd --system --gid ${readerGroup} --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${recorderUser}`.split(
          ' ',
        ),
      alsoFine: [nameTaken],
    },
    directory(defaultDataDirectory, 0o750, recorderUser),
    directory(configDirectory, 0o750, 'root'),
    // What an earlier installation left is root's.
    owned(defaultDataDirectory, recorderUser, readerGroup),
    owned(configDirectory, 'root', readerGroup),
    // Nothing to copy where the installed program itself was asked.
    ...(script === program.script ? [] : programSteps(installable, program.script)),
    {
      kind: 'link',
      path: commandLink,
      to: isNodeBeside ? startedFrom(installedProgram) : program.script,
    },
    { kind: 'write', path: `${units}/${serviceName}`, text: serviceUnit(program) },
    { kind: 'write', path: `${units}/${socketName}`, text: socketUnit() },
    ...(systemd
      ? [
          systemctl('daemon-reload'),
          systemctl('enable', '--now', socketName, serviceName),
          // An earlier version that runs is replaced by this one.
          systemctl('restart', serviceName),
        ]
      : []),
  ]
}

/** Afresh: a file of an earlier version must not stay among those of this one. */
const programSteps = (
  { node, isNodeBeside, script, data, modules }: Installable,
  to: string,
): readonly Step[] => [
  { kind: 'remove', path: installedProgram },
  { kind: 'copy', from: script, to },
  ...(isNodeBeside ? nodeSteps(node) : []),
  ...data.map((from): Step => ({ kind: 'copy', from, to: join(dirname(to), basename(from)) })),
  ...modules.map(({ name, path }): Step => {
    return { kind: 'copy', from: path, to: `${installedProgram}/node_modules/${name}` }
  }),
]

/** A Node.js that came with the program, and the script that starts the program with it. */
const nodeSteps = (node: string): readonly Step[] => [
  { kind: 'copy', from: node, to: `${installedProgram}/node` },
  { kind: 'copy', from: startedFrom(dirname(node)), to: startedFrom(installedProgram) },
]
const startedFrom = (directory: string) => `${directory}/e2etop`

/** `purge`: evidence and settings go too. Else they stay, as root's, because a later account may get the same number. */
export function uninstallSteps(systemd: boolean, purge: boolean): readonly Step[] {
  const remove = (path: string): Step => ({ kind: 'remove', path })
  return [
    ...(systemd
      ? ([
          {
            kind: 'run',
            command: ['systemctl', 'disable', '--now', serviceName, socketName],
            // Units that are not there.
            alsoFine: [1, 5],
          },
        ] as const)
      : []),
    // One that was started by hand.
    { kind: 'idle', user: recorderUser },
    remove(`${units}/${serviceName}`),
    remove(`${units}/${socketName}`),
    ...(systemd ? [{ kind: 'run', command: ['systemctl', 'daemon-reload'] } as const] : []),
    remove(commandLink),
    remove(installedProgram),
    ...(purge
      ? [remove(defaultDataDirectory), remove(configDirectory)]
      : [
          // They need not be there.
          { ...owned(defaultDataDirectory, 'root', 'root'), alsoFine: [1] },
          { ...owned(configDirectory, 'root', 'root'), alsoFine: [1] },
        ]),
    { kind: 'run', command: ['userdel', recorderUser], alsoFine: [noSuchName] },
    { kind: 'run', command: ['groupdel', readerGroup], alsoFine: [noSuchName, primaryGroup] },
  ]
}

/** With all that is in it. */
const owned = (path: string, user: string, group: string) => ({
  kind: 'run' as const,
  command: ['chown', '-R', '--no-dereference', `${user}:${group}`, path],
})

const directory = (path: string, mode: number, user: string): Step => ({
  kind: 'directory',
  path,
  mode,
  user,
  group: readerGroup,
})

/** A step as `--dry-run` prints it: as a shell would do it, a file with its text. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'run':
      return step.command.join(' ')
    case 'directory':
      return `install -d -m ${step.mode.toString(8).padStart(4, '0')} -o ${step.user} -g ${step.group} ${step.path}`
    case 'copy':
      return `cp -rL ${step.from} ${step.to}`
    case 'link':
      return `ln -sfn ${step.to} ${step.path}`
    case 'remove':
      return `rm -rf ${step.path}`
    case 'idle':
      return `! pgrep --euid ${step.user}`
    case 'write':
      return `write ${step.path}:\n${step.text.replace(/^(?=.)/gm, '    ').trimEnd()}`
  }
}
