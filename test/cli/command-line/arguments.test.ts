import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../../src/cli/command-line/arguments.ts'
import { parseDuration } from '../../../src/cli/command-line/duration.ts'
import { helpPage } from '../../../src/cli/help/help.ts'
import { commandSpecs } from '../../../src/cli/command-line/command-specs.ts'
import { optionSpecs } from '../../../src/cli/command-line/options.ts'

const parse = (line: string) => {
  const { command, options } = parseArguments(line.split(' ').filter(Boolean))
  return { command, options: Object.fromEntries(options) }
}

describe('command line', () => {
  test('nothing at all is the monitor', () => {
    expect(parse('')).toEqual({ command: 'monitor', options: {} })
  })

  test('values may be attached or follow', () => {
    const options = { once: '', for: '5s', format: 'json' }
    expect(parse('--once --for 5s --format json')).toEqual({ command: 'monitor', options })
    expect(parse('--once --for=5s --format=json')).toEqual({ command: 'monitor', options })
  })

  test.each([
    ['--onse', `there is no option '--onse'; did you mean '--once'?`],
    ['--since 1h', 'not with monitor'],
    ['record --once', '--once goes with monitor, not with record'],
    ['--purge install-service', '--purge goes with uninstall-service, not with install-service'],
    ['--zzzzzzz', `there is no option '--zzzzzzz'`],
    ['-x', `there is no option '-x'`],
    ['-hx', `there is no option '-hx'`],
    ['doctr', `there is no command 'doctr'; did you mean 'doctor'?`],
    ['help filter me', `'me' is one word too many after 'help'`],
    ['wire -- --a --b', `'--b' is one word too many after 'wire'`],
    ['doctor me', `'me' is one word too many after 'doctor'`],
    ['--for', '--for needs TIME'],
    ['--for=', '--for needs TIME'],
    ['--once=yes', '--once takes no value'],
    ['--format jsno', `--format is one of table, json, csv, not 'jsno'; did you mean 'json'?`],
    ['--format csv', '--format csv goes with top, '],
    ['--source replay', `--source is one of auto, bpf, bpf-tcp, sockdiag, not 'replay'`],
  ])('%s is refused: %s', (line, message) => {
    expect(() => parse(line)).toThrow(message)
  })

  test.each([
    ['500ms', 500],
    ['5s', 5000],
    ['1.5', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text, '--for')).toBe(ms)
  })

  test.each(['', 'x', '-1s', '5 s', '1d', '1e3'])(`'%s' is no duration`, (text) => {
    expect(() => parseDuration(text, '--for')).toThrow('--for takes a time')
  })

  test('words after -- are no options, and - is none', () => {
    expect(parseArguments(['wire', '--', '--help']).operands).toEqual(['--help'])
    expect(parseArguments(['wire', '-']).operands).toEqual(['-'])
  })

  test('who asks for help need not name what the command takes', () => {
    expect(parse('wire -h')).toEqual({ command: 'wire', options: { help: '' } })
  })
})

describe('help', () => {
  test('is there for every command and option, within 100 columns', () => {
    const pages = Object.keys(commandSpecs).map(helpPage)
    for (const name of Object.keys(commandSpecs)) expect(helpPage(undefined)).toContain(`  ${name}`)
    for (const name of Object.keys(optionSpecs)) expect(pages.join('')).toContain(`--${name}`)
    const lines = [helpPage(undefined), ...pages].join('').split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
  })

  test('about nothing known names what is near', () => {
    expect(() => helpPage('fliter')).toThrow("no help about 'fliter'; did you mean 'filter'?")
  })
})
