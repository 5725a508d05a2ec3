import { fileURLToPath } from 'node:url'

/** Where things are on an installed host; each has an option of its own. */
export const defaultDataDirectory = '/var/lib/e2etop'
export const defaultLiveSocket = '/run/e2etop/all.sock'

/** Half a minute of an invented host, beside the program. */
export const demoRecording = fileURLToPath(new URL('demo.samples.jsonl', import.meta.url))

/** In which countries and AS are looked up, beside the program. */
export const whereaboutsFile = fileURLToPath(new URL('whereabouts.bin', import.meta.url))
/** To whom its data are owed, and under which licences. */
export const whereaboutsNotice = fileURLToPath(new URL('whereabouts.txt', import.meta.url))
