import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { completionsOf } from '../../../src/cli/completion/completions.ts'
import { typedLine } from '../../../src/cli/completion/shell-words.ts'
import { parseArguments } from '../../../src/cli/command-line/arguments.ts'
import { commandSpecs } from '../../../src/cli/command-line/command-specs.ts'
import { optionSpecs, type OptionSpec } from '../../../src/cli/command-line/options.ts'
import { readGroupKeys } from '../../../src/query/words/group-words.ts'
import { readMeasures } from '../../../src/query/words/measure-words.ts'

const lookUp = {
  values: async () => ({ user: ['alice', 'bob'], process: ['my app'] }),
  hosts: async () => ['web1', 'web2', 'db1', '@prod'],
  themes: async () => ['dark', 'mine'],
}
const offered = async (line: string) => {
  const { kind, candidates } = await completionsOf(typedLine(line), lookUp)
  return [kind, ...candidates.map(({ text }) => text)]
}

describe('a typed line', () => {
  test.each([
    ['e2etop top --by pro', ['e2etop', 'top', '--by'], 'pro'],
    ['e2etop top ', ['e2etop', 'top'], ''],
    [`e2etop --where 'user ali`, ['e2etop', '--where'], 'user ali'],
    [`e2etop --where "a \\"b\\" c" x`, ['e2etop', '--where', 'a "b" c'], 'x'],
    ['e2etop a\\ b', ['e2etop'], 'a b'],
    [`a'b'"c"`, [], 'abc'],
  ])('%s', (line, before, current) => {
    expect(typedLine(line)).toEqual({ before, current })
  })

  test('of any text has words', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '\n') }), (line) => {
        const { before, current } = typedLine(line)
        expect([...before, current].join('').length).toBeLessThanOrEqual(line.length)
      }),
    )
  })
})

describe('completion offers', () => {
  test.each([
    ['e2etop ser', ['words', 'series', 'serve']],
    ['sudo e2etop cou', ['words', 'count']],
    ['e2etop top --by', ['words', '--by']],
    ['e2etop count --b', ['words']],
    ['e2etop flows --so', ['words', '--sort', '--socket']],
    ['e2etop top --by process,us', ['open', 'process,user']],
    ['e2etop top --by=proc', ['open', '--by=process']],
    ['e2etop top --by process,proc', ['open']],
    ['e2etop top --sum tx,distinct_remote_c', ['open', 'tx,distinct_remote_country']],
    ['e2etop top --sum tx_bytes_', ['open', 'tx_bytes_per_second']],
    ['e2etop top --format ', ['words', 'table', 'json', 'csv']],
    ['e2etop status --format ', ['words', 'table', 'json']],
    ['e2etop flows --sort dur', ['words', 'duration']],
    ['e2etop top --since yes', ['words', 'yesterday']],
    [`e2etop top --where 'user `, ['open', 'user alice', 'user bob']],
    [`e2etop top --where 'port 22 process `, ['open', 'port 22 process "my app"']],
    ['e2etop completion ', ['words', 'bash', 'zsh', 'fish']],
    ['e2etop wire ', ['file']],
    ['e2etop help fi', ['words', 'filter']],
    ['e2etop help to', ['words', 'top']],
    ['e2etop study r', ['words', 'rates']],
    ['e2etop study rates ', ['file']],
    ['e2etop theme ', ['words', 'import']],
    ['e2etop theme import ', ['file']],
    ['e2etop --theme d', ['words', 'dark']],
    ['e2etop -H we', ['open', 'web1', 'web2']],
    ['e2etop top -H web1,@', ['open', 'web1,@prod']],
    ['e2etop deploy web1 d', ['words', 'db1']],
    ['e2etop top --data-dir ', ['directory']],
    ['e2etop top -n ', ['words']],
  ])('%s: %j', async (line, expected) => {
    expect(await offered(line)).toEqual(expected)
  })

  test('no word that the command line would refuse', async () => {
    for (const command of Object.keys(commandSpecs)) {
      const [, ...words] = await offered(`e2etop ${command} --`)
      for (const word of words) {
        const { value, oneOf }: OptionSpec = optionSpecs[word.slice(2) as keyof typeof optionSpecs]
        const after = value === undefined ? [] : [oneOf?.[0] ?? 'x']
        expect(() => parseArguments([command, word, ...after, '--help'])).not.toThrow()
      }
    }
    for (const key of (await offered('e2etop top --by ')).slice(1))
      expect(readGroupKeys(key), key).toMatchObject({ ok: true })
    for (const measure of (await offered('e2etop top --sum ')).slice(1))
      expect(readMeasures(measure), measure).toMatchObject({ ok: true })
  })
})
