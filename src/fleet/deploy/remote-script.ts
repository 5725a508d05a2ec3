import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cleanText } from '../../model/clean-text.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import { lastWords, sshFailed } from '../ssh/system-ssh.ts'
import type { SshConnection } from '../ssh/connect-outcome.ts'

/** What a script on a host said of itself, by its `say KEY WORDS` lines, which are clean. */
export type ScriptOutcome =
  | { readonly kind: 'said'; readonly said: readonly SaidLine[] }
  /** It did not run to its end. */
  | { readonly kind: 'failed'; readonly why: string }

export type SaidLine = readonly [key: string, words: string]

export interface ScriptRequest {
  /** POSIX shell; it finds `say`, and what follows it on its standard input is `payload`. */
  readonly script: string
  readonly payload?: readonly Uint8Array[]
  /** By sudo, without a password. */
  readonly asRoot?: boolean
  readonly deadlineMs: number
  readonly onSent?: (bytes: number) => void
}

/** A value as one word of a shell. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/**
 * Runs a script on a host through its login shell, whichever that is. The script itself travels on standard input: only
 * the shell that reads it must be POSIX's, and neither quoting nor the length of a command line matters. `dd` takes the
 * script byte by byte and leaves what follows. What rc files print is told from the script's words by a marker.
 */
export async function runScript(
  connection: SshConnection,
  { script, payload = [], asRoot = false, deadlineMs, onSent }: ScriptRequest,
): Promise<ScriptOutcome> {
  const marker = `e2etop-${randomBytes(8).toString('hex')}`
  // In braces: half of a script is a syntax error and does nothing.
  const whole = Buffer.from(
    `{ say() { printf "%s %s\\n" "${marker} $1" "$2"; }\nsay begun\n${script}\nsay ended\n}\n`,
  )
  const shell = `sh -c 'eval "$(dd bs=1 count=${whole.length} 2>/dev/null)"'`
  const run = await connection.run(asRoot ? `sudo -n ${shell}` : shell)
  if (run.kind === 'failed') return { kind: 'failed', why: `it runs no command: ${run.why}` }
  const { link } = run
  let text = ''
  link.fromHost.on('data', (piece: Buffer) => {
    if (text.length < fleetLimits.serveNoiseBytesMax) text += piece.toString()
  })
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    link.close()
  }, deadlineMs)
  // A host that reads no more closes: that is told by how it ended.
  link.toHost.on('error', () => {})
  await Promise.race([send([whole, ...payload], link.toHost, onSent), link.ended])
  const { exitCode, complaint } = await link.ended
  clearTimeout(late)
  const said = saidLines(text, marker)
  if (said.some(([key]) => key === 'ended')) return { kind: 'said', said }
  const failed = said.find(([key]) => key === 'failed')
  if (failed) return { kind: 'failed', why: failed[1] }
  const words = lastWords(complaint)
  if (isLate) return { kind: 'failed', why: `it was not done within ${deadlineMs / 1000} s` }
  if (said.length > 0 || exitCode === undefined)
    return { kind: 'failed', why: `it broke off${words && `: ${words}`}` }
  if (exitCode === sshFailed) return { kind: 'failed', why: words || 'it cannot be reached' }
  const why = `its sshd or login shell runs no other command than its own${words && `: ${words}`}`
  return { kind: 'failed', why }
}

async function send(
  pieces: readonly Uint8Array[],
  to: NodeJS.WritableStream,
  onSent: ScriptRequest['onSent'],
): Promise<void> {
  let sent = 0
  for (const piece of pieces)
    for (let at = 0; at < piece.length; at += fleetLimits.deployPieceBytes) {
      const part = piece.subarray(at, at + fleetLimits.deployPieceBytes)
      if (!to.write(part)) await once(to, 'drain')
      onSent?.((sent += part.length))
    }
  to.end()
}

function saidLines(text: string, marker: string): readonly SaidLine[] {
  return text.split('\n').flatMap((line): readonly SaidLine[] => {
    if (!line.startsWith(`${marker} `)) return []
    const [, key = '', words = ''] = /^(\S+) ?(.*)$/.exec(line.slice(marker.length + 1)) ?? []
    return [[key, cleanText(words.trim(), limits.sentenceLength)]]
  })
}
