import { groupWords } from '../../query/words/group-words.ts'
import { measureWords } from '../../query/words/measure-words.ts'
import { timeForms } from '../../query/words/time-words.ts'
import type { ListedWord } from '../../query/words/word-read.ts'

/** What `e2etop help by` prints: the words of --by and --sum, from the tables that read them. */
export const groupingPage = (): string =>
  [
    'top, series and count group flows and measure the groups:',
    '',
    '  e2etop top --by user,remote_net/24 --sum tx,flows --since yesterday',
    '',
    "Fields of --by, joined by commas; a flow's process is the one that used its socket last:",
    ...lines(groupWords),
    '',
    'Measures of --sum, joined by commas. The first one ranks the groups:',
    ...lines(measureWords),
    '',
    'avg, min, max and p measure records: a flow that goes on has one every export period. A flow that is',
    'exported five times is one flow. Sums of bytes are of payload; tunnels are left out for what is inside.',
    '',
    'A connection between two processes of this host is two flows, one at each: `not loopback` leaves both out.',
    '',
    'Where a number is not exact it says so: ~ is an estimate (of more than 1,024 different things), ≥ at least.',
    '',
  ].join('\n')

/** What `e2etop help time` prints. */
export const timePage = (): string =>
  [
    '--since and --until take a moment, --since TIME alone reaches up to now:',
    '',
    '  e2etop top --since yesterday --until today',
    '  e2etop flows --since 14:00 --until 14:05',
    '',
    ...lines(timeForms),
    '',
    'Without a zone a time is in that of who asks ($TZ). Without --since the hour before --until is meant.',
    'A record counts at its end: a flow that goes on has one every export period (300 s), so that it may',
    'reach over an edge of the time; --spread then splits its bytes by the time on each side.',
    '',
  ].join('\n')

function lines(words: readonly ListedWord[]): string[] {
  const width = Math.max(...words.map(({ word }) => word.length))
  return words.map(({ word, help }) => `  ${word.padEnd(width)}  ${help}`.trimEnd())
}
