import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const usualPatienceMs = 10_000
const pollMs = 30

/** Why there is no terminal to test on; undefined where there is. */
export function whyNoTmux(): string | undefined {
  try {
    execFileSync('tmux', ['-V'])
    return undefined
  } catch {
    return 'tmux is not installed'
  }
}

/** A terminal of the test's own, on a private tmux server, as a user has it: real keys, resizes, a shell. */
export class TmuxTerminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'e2etop-tmux-'))
  readonly #patienceMs: number

  constructor(patienceMs = usualPatienceMs) {
    this.#patienceMs = patienceMs
  }

  /** Runs a shell command in a terminal of that size. */
  start(command: string, columns: number, rows: number): void {
    this.tmux('new-session', '-d', '-s', 't', '-x', `${columns}`, '-y', `${rows}`, command)
  }

  tmux(...args: readonly string[]): string {
    const server = ['-S', join(this.folder, 'server'), '-f', '/dev/null']
    return execFileSync('tmux', [...server, ...args], { encoding: 'utf8', stdio: 'pipe' })
  }

  screen(): string {
    return this.tmux('capture-pane', '-p', '-t', 't')
  }

  keys(...names: readonly string[]): void {
    this.tmux('send-keys', '-t', 't', ...names)
  }

  resize(columns: number, rows: number): void {
    this.tmux('resize-window', '-t', 't', '-x', `${columns}`, '-y', `${rows}`)
  }

  /** What `look` gives as soon as it gives something; after 10 s, or the patience given, an error that shows the screen. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    for (const end = Date.now() + this.#patienceMs; Date.now() < end; await sleep(pollMs)) {
      const seen = look()
      if (seen !== undefined) return seen
    }
    throw new Error(`never came: ${what}\n${this.#screenIfAny()}`)
  }

  untilScreen(pattern: RegExp): Promise<string> {
    return this.until(String(pattern), () => {
      const text = this.screen()
      return pattern.test(text) ? text : undefined
    })
  }

  /** Ends what still runs in it. */
  close(): void {
    try {
      this.tmux('kill-server')
    } catch {
      // No server: the test had ended it, or never started it.
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  #screenIfAny(): string {
    try {
      return this.screen()
    } catch {
      return 'no screen'
    }
  }
}
