import { createRequire } from 'node:module'
import { CaptureError } from '../../capture-error.ts'

/** The parts of `cap` used here; it has no types of its own. */
export interface CapHandle {
  /** Opens and begins at once; gives the name of the kind of header that packets begin with. */
  open(device: string, filter: string, ringBytes: number, packet: Buffer): string
  on(event: 'packet', take: (captured: number) => void): void
  close(): void
}
interface CapModule {
  readonly Cap: new () => CapHandle
}

/** Loads cap, an optional dependency that is compiled where it is installed. Throws `CaptureError` `no-cap`. */
export function loadCap(): CapModule {
  try {
    return createRequire(import.meta.url)('cap') as CapModule
  } catch (cause) {
    throw new CaptureError(
      'no-cap',
      'packets of an interface are read by the npm package cap, which is not installed here',
      'install a compiler, python3 and the headers of libpcap (Debian: apt-get install build-essential python3 libpcap-dev), then run npm install --no-save cap@0.2.1',
      cause,
    )
  }
}
