import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commandSpecs } from '../../../src/cli/command-line/command-specs.ts'
import { manPage } from '../../../src/cli/help/man-page.ts'
import { optionSpecs } from '../../../src/cli/command-line/options.ts'
import { wordNames } from '../../../src/query/filter/words.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const whyNoMandoc =
  spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error === undefined ? undefined : 'needs mandoc'

describe('the manual', () => {
  test('names every command, option and word of the filter', () => {
    const page = manPage().replaceAll('\\-', '-')
    for (const name of Object.keys(commandSpecs)) expect(page).toContain(`.It Ic ${name}`)
    for (const name of Object.keys(optionSpecs)) expect(page).toContain(`Fl Fl ${name}`)
    for (const name of wordNames) expect(page).toContain(`.It Li "${name}"`)
  })
})

describe('to mandoc', () => {
  skipWhere(whyNoMandoc)

  test('the manual is without fault, and an example reads as it is typed', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint'], { input: manPage(), encoding: 'utf8' })
    // Of the machine: whether its index of manuals knows those that are referred to.
    expect(stdout.split('\n').filter((line) => !line.includes('mandoc.db'))).toEqual([''])
    const plain = 'mandoc -T ascii | col -b'
    const shown = spawnSync('sh', ['-c', plain], { input: manPage(), encoding: 'utf8' }).stdout
    expect(shown).toContain('e2etop flows -f --where "user alice"')
  })
})
