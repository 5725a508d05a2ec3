import { words, type WordName } from '../../query/filter/words.ts'
import { groupWords } from '../../query/words/group-words.ts'
import { measureWords } from '../../query/words/measure-words.ts'
import { timeForms } from '../../query/words/time-words.ts'
import type { ListedWord } from '../../query/words/word-read.ts'
import { wrapCells } from '../../ui/text/cells.ts'
import { commandSpecs, type CommandName, type CommandSpec } from '../command-line/command-specs.ts'
import { optionSpecs, type OptionName, type OptionSpec } from '../command-line/options.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'

/** The manual in mdoc(7), made of the tables that parse: `e2etop help man | man -l -`. */
export function manPage(): string {
  return [
    '.Dd November 28, 2026',
    '.Dt E2ETOP 1',
    '.Os',
    '.Sh NAME',
    '.Nm e2etop',
    '.Nd network flows of a Linux host by process and user, read at the socket',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Op Ar command',
    '.Op Ar option ...',
    '.Sh DESCRIPTION',
    '.Nm',
    text(
      'shows who on a host talks to whom: every flow with its process and its user, exact to the byte. It reads the' +
        " kernel's own socket counters, before encryption and before any tunnel. Without a command it opens the" +
        ' monitor; the recorder keeps weeks of flows in a log, which the other commands answer from.',
    ),
    '.Sh COMMANDS',
    ...listOf('-tag -width Ds', commandNames.flatMap(command)),
    '.Sh OPTIONS',
    text('Each goes with the commands that are named behind it, or with all.'),
    ...listOf('-tag -width Ds', optionNames.flatMap(option)),
    '.Sh FILTER WORDS',
    'The argument of',
    '.Fl Fl where',
    text('says which flows are meant, in the words of tcpdump(8) and nfdump(1), and by owner.'),
    text('`e2etop help filter` explains how they are joined and what values they take.'),
    ...wordList(
      Object.entries(words).map(([word, { help }]) => ({ word: word as WordName, help })),
    ),
    '.Sh GROUPS AND MEASURES',
    'Fields of',
    '.Fl Fl by :',
    ...wordList(groupWords),
    '.Pp',
    'Measures of',
    '.Fl Fl sum :',
    ...wordList(measureWords),
    '.Sh WORDS FOR MOMENTS',
    'Forms that',
    '.Fl Fl since',
    'and',
    '.Fl Fl until',
    'take:',
    ...wordList(timeForms),
    '.Sh FILES',
    ...listOf('-tag -width Ds', [
      `.It Pa ${defaultDataDirectory}`,
      text(
        'The flow log. Members of the group e2etop may read it; nothing but the recorder writes it.',
      ),
      `.It Pa ${defaultLiveSocket}`,
      text('Where the recorder tells its readers what happens.'),
      '.It Pa /etc/e2etop/config.json',
      text('Settings of the recorder.'),
      '.It Pa ~/.config/e2etop/fleet.json , Pa /etc/e2etop/fleet.json',
      text('Groups of hosts and their marks, for -H.'),
      '.It Pa ~/.local/share/e2etop , Pa /opt/e2etop',
      text('Where deploy puts the program on a host.'),
    ]),
    '.Sh EXIT STATUS',
    ...listOf(
      '-tag -width Ds',
      exits.flatMap(([code, meaning]) => [`.It ${code}`, text(meaning)]),
    ),
    '.Sh EXAMPLES',
    ...examples().flatMap(([line, answers]) => [
      text(answers),
      '.Pp',
      `.Dl ${escaped(line)}`,
      '.Pp',
    ]),
    text('This manual, in a terminal:'),
    '.Pp',
    '.Dl e2etop help man | man \\-l \\-',
    '.Sh SEE ALSO',
    '.Xr nfdump 1 ,',
    '.Xr ss 8 ,',
    '.Xr tcpdump 8',
    '',
  ].join('\n')
}

const exits = [
  ['0', 'The answer is whole.'],
  ['1', 'Failed; standard error says what, where and what next.'],
  ['2', 'The command line is wrong.'],
  ['3', 'The answer may be short of the truth, and says why.'],
  ['130', 'Interrupted.'],
] as const

const commandNames = Object.keys(commandSpecs) as CommandName[]
const optionNames = Object.keys(optionSpecs) as OptionName[]

function command(name: CommandName): string[] {
  const { help, operands }: CommandSpec = commandSpecs[name]
  const argument = operands ? ` Ar ${escaped(operands.name)}` : ''
  return [`.It Ic ${name}${argument}`, text(sentence(help))]
}

function option(name: OptionName): string[] {
  const { letter, value, oneOf, of, help }: OptionSpec = optionSpecs[name]
  const argument = value === undefined ? '' : ` Ar ${escaped(value)}`
  const short = letter === undefined ? '' : `Fl ${letter}${argument} , `
  const which = of ? ` (${of.join(', ')})` : ''
  const values = oneOf ? ` One of ${oneOf.join(', ')}.` : ''
  return [`.It ${short}Fl Fl ${name}${argument}`, text(`${sentence(help)}${values}${which}`)]
}

const examples = () =>
  commandNames.flatMap((name) => {
    const { examples: some = [] }: CommandSpec = commandSpecs[name]
    return some.map(({ line, answers }) => [line, sentence(answers)] as const)
  })

const listOf = (kind: string, lines: readonly string[]) => [`.Bl ${kind}`, ...lines, '.El']

const wordList = (listed: readonly ListedWord[]) =>
  listOf(
    '-tag -width "distinct_remote_ip" -compact',
    listed.flatMap(({ word, help }) => [
      `.It Li "${escaped(word)}"`,
      ...(help === '' ? ['\\&'] : [text(help)]),
    ]),
  )

/** A name that it begins with stays as it is written. */
function sentence(help: string): string {
  const begun = /^[a-z]+[ ,;:]/.test(help) ? `${help[0]!.toUpperCase()}${help.slice(1)}` : help
  return /[.?!]$/.test(begun) ? begun : `${begun}.`
}

/** Each sentence on a line of its own, as roff wants it; a line that begins with a dot or a quote is no request. */
const text = (plain: string): string =>
  escaped(plain)
    .replace(/([.?!]) (?=[A-Z])/g, '$1\n')
    .split('\n')
    .flatMap((line) => wrapCells(line, lineLength))
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n')

const lineLength = 76

/** In roff a backslash begins an escape, a hyphen is a dash and a quote ends an argument. */
const escaped = (plain: string): string =>
  plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll('~', '\\(ti')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replace(
      /[^\x20-\x7e\n]/gu,
      (char) => `\\[u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    )
