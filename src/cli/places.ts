import { userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newestDatabase } from '../names/read-whereabouts.ts'

/** Where things are on an installed host; each has an option of its own. */
export const defaultDataDirectory = '/var/lib/e2etop'
export const defaultLiveSocket = '/run/e2etop/all.sock'

/** Half a minute of an invented host, beside the program. */
export const demoRecording = fileURLToPath(new URL('demo.samples.jsonl', import.meta.url))

/**
 * Where this user keeps what is the monitor's: by passwd, because sudo may leave HOME as root's.
 */
export function configDirectory(): string {
  const { XDG_CONFIG_HOME: named, SUDO_UID: sudo } = process.env
  const home = named && !sudo ? named : join(userInfo().homedir, '.config')
  return join(home, 'e2etop')
}

/** The database of countries and AS that came with the program. */
const ownWhereabouts = fileURLToPath(new URL('whereabouts.bin', import.meta.url))
const systemWhereabouts = '/usr/local/share/e2etop/whereabouts.bin'
const usersWhereabouts = () => join(configDirectory(), 'whereabouts.bin')
/** Where an imported one goes: for all users of the host where root imports it. */
export const importedWhereabouts = (): string =>
  process.geteuid?.() === 0 ? systemWhereabouts : usersWhereabouts()
/** In which countries and AS are looked up. */
export const whereaboutsFile = (): string =>
  newestDatabase([ownWhereabouts, systemWhereabouts, usersWhereabouts()])
/** To whom its data are owed, and under which licences. */
export const whereaboutsNotice = fileURLToPath(new URL('whereabouts.txt', import.meta.url))
