/**
 * Beside what is read from a case without checking its seals, which takes longer than most answers: whoever relies on one
 * must know, and know what to do.
 */
export function sayNotVerified(...paths: readonly string[]): void {
  for (const path of paths)
    process.stderr.write(`e2etop: ${path} was not verified; e2etop verify checks its seals\n`)
}
