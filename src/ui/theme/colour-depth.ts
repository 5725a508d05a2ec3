/** Variables that say what the terminal can do; undefined where not set. */
export interface TerminalEnvironment {
  readonly NO_COLOR: string | undefined
  readonly COLORTERM: string | undefined
  readonly TERM: string | undefined
  /** Set where tmux lies between. */
  readonly TMUX?: string | undefined
}

/** How many colours a terminal shows: none (bold, dim, underline and reverse only), 16, 256 or 24 bit. */
export type ColourDepth = 'none' | '16' | '256' | '24bit'

/** Depth by the usual signs: NO_COLOR (no-color.org: set and not empty), COLORTERM, then TERM. */
export function colourDepth(environment: TerminalEnvironment): ColourDepth {
  const term = environment.TERM ?? ''
  if (environment.NO_COLOR || term === '' || term === 'dumb') return 'none'
  if (/^(truecolor|24bit)$/i.test(environment.COLORTERM ?? '') || term.endsWith('-direct'))
    return '24bit'
  return term.includes('256') ? '256' : '16'
}
