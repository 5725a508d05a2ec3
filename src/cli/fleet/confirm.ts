import { createInterface } from 'node:readline/promises'

/** Asks at the terminal; anything but yes is no. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } catch {
    // Ctrl-D and Ctrl-C answer nothing.
    return false
  } finally {
    lines.close()
  }
}
