import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { patienceMs } from './recorder-home.ts'
import { program, runProgram } from './run-program.ts'

let bin = ''
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'e2etop-shells-'))
  const script = `#!/bin/sh\nexec ${process.execPath} ${resolve(program)} "$@"\n`
  writeFileSync(join(bin, 'e2etop'), script, { mode: 0o755 })
})
afterAll(() => rmSync(bin, { recursive: true }))

const inShell = (shell: string, script: string) =>
  spawnSync(shell, ['-c', script], {
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH']}`, HOME: bin },
  }).stdout

const whyNot = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? undefined : `needs ${shell}`

describe('completion', () => {
  test('without a shell, or with an unknown one, names those there are', async () => {
    expect(await runProgram(['completion'])).toMatchObject({ code: 2 })
    expect((await runProgram(['completion', 'csh'])).stderr).toMatch(/one of bash, zsh, fish/)
  })

  test('in bash takes the place of the word that bash means', () => {
    const asked = (line: string, word: string) =>
      inShell(
        'bash',
        `eval "$(e2etop completion bash)"; COMP_LINE=${JSON.stringify(line)}; COMP_POINT=\${#COMP_LINE}
        COMP_WORDS=($COMP_LINE); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); compopt() { :; }
        _e2etop e2etop ${JSON.stringify(word)} x; printf '%s\\n' "\${COMPREPLY[@]}"`,
      )
    expect(asked('e2etop coun', 'coun')).toBe('count\n')
    expect(asked('e2etop top --format=js', 'js')).toBe('json\n')
    expect(asked('e2etop top --by process,us', 'process,us')).toBe('process,user\n')
  })
})

describe('completion in fish', () => {
  skipWhere(whyNot('fish'))

  test('shows words and what they are', () => {
    const asked = 'e2etop completion fish | source; complete -C "e2etop flows --sor"'
    expect(inShell('fish', asked)).toMatch(/^--sort\tthe largest in bytes/)
  })
})

describe('completion in zsh', () => {
  skipWhere(whyNot('zsh') ?? whyNoTmux())

  test('is a script that zsh reads', () => {
    const asked = 'autoload -U compinit; compinit -D -u; eval "$(e2etop completion zsh)"'
    expect(inShell('zsh', `${asked}; echo $_comps[e2etop]`)).toBe('_e2etop\n')
  })

  test('goes on in a quote that is open', async () => {
    const terminal = new TmuxTerminal(patienceMs)
    onTestFinished(() => terminal.close())
    terminal.start(`env PATH=${bin}:$PATH ZDOTDIR=${bin} zsh -f`, 100, 20)
    terminal.keys('autoload -U compinit; compinit -D -u; source <(e2etop completion zsh)', 'Enter')
    terminal.keys('echo rea""dy', 'Enter')
    await terminal.untilScreen(/^ready$/m)
    terminal.keys("e2etop top --where 'tcp inb", 'Tab')
    expect(await terminal.untilScreen(/--where 'tcp inbound/)).toMatch(/tcp inbound/)
  })
})
