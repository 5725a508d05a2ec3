import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { program } from '../e2e/run-program.ts'
import type { SshHosts } from './ssh-hosts.ts'

/** Where the recorder of a host keeps its log. */
export const logOf = (lab: SshHosts, name: string): string => join(lab.directory, `log-${name}`)

/** Starts the recorder of a host, of its own sockets only: the kernel is the same for all. */
export async function recordOn(lab: SshHosts, name: string): Promise<void> {
  const settings = ['--source', 'sockdiag', '--data-dir', logOf(lab, name), '--export-timer', '1s']
  const recorder = lab.spawnOn(name, [process.execPath, resolve(program), 'record', ...settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  for (let said = ''; !said.includes('recording from');) {
    const [piece] = (await once(recorder.stderr!, 'data')) as [Buffer]
    said += piece.toString()
  }
}
