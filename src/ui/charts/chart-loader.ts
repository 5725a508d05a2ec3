import type { DrawCurves } from './curves.ts'

/** Loads what draws charts when the first is asked for, once: it takes 100 ms, and 20 MB. */
export function chartLoader(use: (draw: DrawCurves | undefined) => void): () => void {
  let isBegun = false
  return () => {
    if (isBegun) return
    isBegun = true
    void import('./contrib.ts').then(async ({ loadContrib }) => use(await loadContrib()))
  }
}
