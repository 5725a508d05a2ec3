import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExportError } from '../export-error.ts'

/** SSHSIG's namespace (openssh PROTOCOL.sshsig): a signature for anything else does not pass for one of a case. */
const namespace = 'e2etop-case@v1'

/** What is signed: one line of text that holds the seal `case`. */
const messageOf = (seal: string) => `e2etop case ${seal}\n`

/**
 * Signs with OpenSSH's own program, because keys may live in an agent, on a token, or behind a passphrase that it asks
 * for at the terminal. `key`: the private key's file, or the public one's of a key that the agent holds.
 * @throws ExportError
 */
export function signCase(seal: string, key: string): string {
  return inScratch((directory) => {
    const message = join(directory, 'message')
    writeFileSync(message, messageOf(seal))
    const run = sshKeygen(['-Y', 'sign', '-f', key, '-n', namespace, message])
    if (run.status !== 0)
      throw new ExportError('sign', `${key} does not sign: ${run.explanation}`, {
        next: 'The case is written, unsigned; name another key with --sign-key.',
      })
    return readFileSync(`${message}.sig`, 'utf8')
  })
}

export type SignatureFinding =
  | { readonly kind: 'trusted'; readonly signer: string; readonly key: string }
  /** A sound signature of a key that nobody was asked about, or that the file of signers does not allow. */
  | { readonly kind: 'unknown signer'; readonly key: string; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string }

/** Checks a signature over the seal that the case's rows come to. `allowedSigners`: a file as ssh-keygen(1) has it. */
export function checkSignature(
  seal: string,
  signature: string,
  allowedSigners: string | undefined,
): SignatureFinding {
  return inScratch((directory) => {
    const file = join(directory, 'signature')
    writeFileSync(file, signature)
    const check = (...args: string[]) =>
      sshKeygen(['-Y', ...args, '-n', namespace, '-s', file], messageOf(seal))
    const sound = check('check-novalidate')
    if (sound.status !== 0) return { kind: 'wrong', why: sound.explanation }
    const key = /SHA256:\S+/.exec(sound.stdout)?.[0] ?? 'a key without fingerprint'
    if (allowedSigners === undefined)
      return { kind: 'unknown signer', key, why: 'no file of allowed signers was named (-f)' }
    const found = sshKeygen(['-Y', 'find-principals', '-f', allowedSigners, '-s', file])
    const signer = found.stdout.split('\n')[0] ?? ''
    if (found.status !== 0 || signer === '')
      return { kind: 'unknown signer', key, why: `${allowedSigners} does not name it` }
    const verified = check('verify', '-f', allowedSigners, '-I', signer)
    if (verified.status !== 0) return { kind: 'unknown signer', key, why: verified.explanation }
    return { kind: 'trusted', signer, key }
  })
}

interface KeygenRun {
  readonly status: number | null
  readonly stdout: string
  /** What it said went wrong, in one line. */
  readonly explanation: string
}

function sshKeygen(args: readonly string[], input?: string): KeygenRun {
  const run = spawnSync('ssh-keygen', args, {
    encoding: 'utf8',
    stdio: [input === undefined ? 'inherit' : 'pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  })
  if (run.error)
    throw new ExportError('no-ssh-keygen', `ssh-keygen cannot be run: ${run.error.message}`, {
      next: 'Install OpenSSH’s client (openssh-client).',
      cause: run.error,
    })
  const explanation = `${run.stderr}${run.stdout}`.trim().split('\n').join('; ')
  return { status: run.status, stdout: run.stdout, explanation }
}

function inScratch<T>(act: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-sign-'))
  try {
    return act(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
