import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { RecorderHome, sleep, transfer } from './recorder-home.ts'
import { copyProgram } from './run-program.ts'

describe('a monitor whose files are taken away', () => {
  skipWhere(whyNoTmux())
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  test('shows what was never looked at before, and exports', async () => {
    const script = copyProgram(terminal.folder)
    const exported = join(terminal.folder, 'rows.sqlite')
    terminal.start(`env -u CI node ${script} --demo; echo "CODE=$?"; exec cat`, 110, 34)
    await terminal.untilScreen(/rsync/)
    rmSync(dirname(script), { recursive: true })
    terminal.keys('v')
    await terminal.untilScreen(/[⡀-⣿]/)
    terminal.keys('Escape')
    await terminal.untilScreen(/PID USER +PROT/)
    terminal.keys(`:export ${exported}`, 'Enter')
    await terminal.until(exported, () => existsSync(exported) || undefined)
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })

  test('that starts at this moment says so', async () => {
    const script = copyProgram(terminal.folder)
    for (const file of readdirSync(dirname(script)))
      if (file.startsWith('screen-')) rmSync(join(dirname(script), file))
    terminal.start(`env -u CI node ${script} --demo; echo "CODE=$?"; exec cat`, 110, 34)
    expect(await terminal.untilScreen(/CODE=/)).toMatch(
      /screen-\w+\.mjs[^]*replaced while it started[^]*CODE=1/,
    )
  })
})

describe('a recorder whose files are taken away', () => {
  skipWhere(whyNoBpf() ?? (process.geteuid?.() === 0 ? undefined : 'needs root'))
  const home = new RecorderHome()

  test('records, takes new settings, is read, and writes all at its end', async () => {
    const script = copyProgram(home.path)
    const { child, finished, said } = await home.start('30m', {}, script)
    rmSync(dirname(script), { recursive: true })
    writeFileSync(home.config, '{"privacy":[{"user":"nobody","action":"drop"}]}')
    child.kill('SIGHUP')
    const port = await transfer(4_321)
    await sleep(1_500)
    child.kill('SIGTERM')
    expect({ code: (await finished).code, said: said() }).toMatchObject({ code: 0 })
    expect(home.recorded(port).rows).toMatchObject([{ txBytes: 4_321 }])
  })
})
