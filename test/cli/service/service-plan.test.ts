import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  describeStep,
  installSteps,
  uninstallSteps,
} from '../../../src/cli/service/service-plan.ts'
import { serviceUnit } from '../../../src/cli/service/service-units.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const installable = {
  node: '/usr/bin/node',
  isNodeBeside: false,
  script: '/src/e2etop/dist/e2etop.mjs',
  data: ['/src/e2etop/dist/demo.samples.jsonl'],
  modules: [{ name: 'koffi', path: '/src/e2etop/node_modules/koffi' }],
  systemd: true,
}
const shown = (steps: ReturnType<typeof installSteps>) => `${steps.map(describeStep).join('\n')}\n`

describe('what installing does', () => {
  test('is as in test/golden/cli/install-service.txt', async () => {
    await expect(shown(installSteps(installable))).toMatchFileSnapshot(
      '../../golden/cli/install-service.txt',
    )
  })

  test('to undo it is as in test/golden/cli/uninstall-service.txt, the log stays', async () => {
    const steps = uninstallSteps(true, false)
    await expect(shown(steps)).toMatchFileSnapshot('../../golden/cli/uninstall-service.txt')
    expect(shown(steps)).not.toContain('rm -rf /var/lib/e2etop')
    expect(shown(uninstallSteps(true, true))).toContain('rm -rf /var/lib/e2etop')
  })

  test('without systemd nothing asks systemctl', () => {
    expect(shown(installSteps({ ...installable, systemd: false }))).not.toContain('systemctl')
    expect(shown(uninstallSteps(false, true))).not.toContain('systemctl')
  })

  test('a Node.js that was deployed with the program is installed with it', () => {
    const from = '/home/alice/.local/share/e2etop/1.0'
    const steps = shown(
      installSteps({
        ...installable,
        node: `${from}/node`,
        isNodeBeside: true,
        script: `${from}/dist/e2etop.mjs`,
      }),
    )
    const at = '/usr/local/lib/e2etop'
    expect(steps).toContain(`cp -rL ${from}/node ${at}/node\n`)
    expect(steps).toContain(`ln -sfn ${at}/e2etop /usr/local/bin/e2etop\n`)
    expect(steps).toContain(`ExecStart=${at}/node ${at}/dist/e2etop.mjs record`)
  })

  test('the installed program does not copy itself away', () => {
    const script = '/usr/local/lib/e2etop/dist/e2etop.mjs'
    const steps = shown(installSteps({ ...installable, script }))
    expect(steps).not.toMatch(/^(rm|cp) /m)
    expect(steps).toContain(`ExecStart=/usr/bin/node ${script} record`)
  })
})

describe('the list of allowed calls', () => {
  const unit = serviceUnit(installable)

  // Killed by the real systemd 252 at its first breath, on a processor that has such keys.
  test('has the memory protection keys that V8 asks for', () => {
    expect(unit).toMatch(/^SystemCallFilter=@system-service .*@pkey/m)
  })

  test('refuses what it does not have, and kills nobody for it', () => {
    expect(unit).toMatch(/^SystemCallErrorNumber=EPERM$/m)
  })
})

const analyzer = spawnSync('systemd-analyze', ['--version'])
const whyNoAnalyzer = analyzer.status === 0 ? undefined : 'needs systemd-analyze'

describe('the unit', () => {
  skipWhere(whyNoAnalyzer)

  test('exposes at most 2.5 by the measure of systemd-analyze security', () => {
    const directory = mkdtempSync(join(tmpdir(), 'e2etop-unit-'))
    const unit = join(directory, 'e2etop-record.service')
    writeFileSync(unit, serviceUnit(installable))
    const asked = ['security', '--offline=yes', '--no-pager', unit]
    const { stdout } = spawnSync('systemd-analyze', asked, { encoding: 'utf8' })
    rmSync(directory, { recursive: true })
    const exposure = /Overall exposure level .*: ([\d.]+) /.exec(stdout)?.[1]
    expect(Number(exposure)).toBeGreaterThan(0)
    expect(Number(exposure)).toBeLessThanOrEqual(2.5)
  })
})
