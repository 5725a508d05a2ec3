import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../src/cli/arguments.ts'
import { parseDuration } from '../../src/cli/duration.ts'
import { optionSpecs } from '../../src/cli/options.ts'
import { usage } from '../../src/cli/usage.ts'

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
    ['record --once', '--once goes with monitor, not with record'],
    ['--purge install-service', '--purge goes with uninstall-service, not with install-service'],
    ['--zzzzzzz', `there is no option '--zzzzzzz'`],
    ['-x', `there is no option '-x'`],
    ['doctr', `there is no command 'doctr'; did you mean 'doctor'?`],
    ['help fliter', `there is no help about 'fliter'; did you mean 'filter'?`],
    ['help filter me', `'me' is one word too many after 'help'`],
    ['doctor me', `'me' is one word too many after 'doctor'`],
    ['--for', '--for needs a TIME'],
    ['--for=', '--for needs a TIME'],
    ['--once=yes', '--once takes no value'],
    ['--format jsno', `--format is one of table, json, not 'jsno'; did you mean 'json'?`],
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

  test('the help names every option, within 100 columns', () => {
    for (const name of Object.keys(optionSpecs)) expect(usage()).toContain(`--${name}`)
    expect(
      Math.max(
        ...usage()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100)
  })
})
