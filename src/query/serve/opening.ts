import { fleetLimits } from '../../model/fleet-limits.ts'
import type { Greeting } from './serve-message.ts'

/**
 * How the two begin. The shell's start-up files may print what they like on the way, so the console sends a random
 * marker, and what comes before the host's line with that marker is noise. The lines differ, so that a program that
 * echoes its input (`cat`, a terminal) is not taken for a host.
 */
export const askerLine = (marker: string) => `e2etop-ask ${marker}\n`
export const serverLine = (marker: string) => `e2etop-serve ${marker}\n`

/** Hexadecimal digits of a marker: 128 bits. */
export const markerDigits = 32
const askerPattern = /^e2etop-ask ([0-9a-f]{32})$/

/** The longest first line of a console. */
export const askerLineBytes = askerLine('0'.repeat(markerDigits)).length

/** The marker of a console's first line, which came without its end. */
export const markerOf = (line: string): string | undefined => askerPattern.exec(line)?.[1]

export type Opening =
  | { readonly kind: 'wait' }
  /** `rest`: what came after the line. */
  | { readonly kind: 'found'; readonly rest: Uint8Array }
  | { readonly kind: 'too much noise' }

/** Looks for the host's line in what comes before it. */
export class OpeningSearch {
  readonly #line: Buffer
  #held = Buffer.alloc(0)
  #passed = 0

  constructor(marker: string) {
    this.#line = Buffer.from(serverLine(marker))
  }

  /** What came instead of the line, for a message about it. */
  get noise(): string {
    return this.#held.toString()
  }

  push(piece: Uint8Array): Opening {
    this.#held = Buffer.concat([this.#held, piece])
    const at = this.#held.indexOf(this.#line)
    if (at >= 0) return { kind: 'found', rest: this.#held.subarray(at + this.#line.length) }
    this.#passed += piece.length
    if (this.#passed > fleetLimits.serveNoiseBytesMax) return { kind: 'too much noise' }
    return { kind: 'wait' }
  }
}

/** Versions of this protocol that this program speaks. */
export const spoken = { protocol: 1, oldest: 1 } as const

/** Why two programs cannot talk; undefined where they can. `theirs` is named `who`. */
export function whyNotUnderstood(theirs: Greeting, who: string): string | undefined {
  if (theirs.oldest > spoken.protocol)
    return `${who} runs e2etop ${theirs.version}, which is too new for this one; update this one`
  if (theirs.protocol < spoken.oldest)
    return `${who} runs e2etop ${theirs.version}, which is too old for this one; update it there`
  return undefined
}
