import { readLine, type LineCommandName } from '../prompt/line-commands.ts'
import { isOfWhereabouts } from '../paint/whereabouts-columns.ts'
import { readTime } from '../../query/words/time-words.ts'
import { lineChoicesOf } from '../store/line-choices.ts'
import type { ViewName } from '../store/views.ts'
import type { RateUnit } from '../text/units.ts'
import type { CommandTarget } from './command-target.ts'

type LineAction = (argument: string, target: CommandTarget) => void

// What a line names was checked by `readLine`.
const actions: Record<LineCommandName, LineAction> = {
  view: (name, { store }) => store.show(name as ViewName),
  sort: (name, { store }) => store.table.sortBy(name),
  filter: (text, { store }) => void store.filter.keep(text),
  columns: (names, { store }) => {
    const chosen = names === '' ? [] : names.split(',')
    store.columns.choose(store.view, chosen)
    // Whoever wants their columns wants them to be shown.
    if (chosen.some(isOfWhereabouts)) store.whereabouts.set('on')
  },
  rates(unit, { store }) {
    store.unit = unit as RateUnit
  },
  theme: (name, target) => target.setTheme(name),
  export: (file, target) => target.exportRows(file),
  mask: (_, target) => target.toggleMask(),
  save: (_, target) => target.save(),
  go: (moment, { store, now }) => store.time.goTo(readTime(moment, now) ?? now, now),
  compare: (moment, target) => target.compare(readTime(moment, target.now)),
  elsewhere: (filter, target) => target.lookElsewhere(filter),
  retry: (_, target) => target.retry(),
  live: (_, { store }) => store.time.goLive(),
  opacity: (_, { store }) => store.pages.open('opacity'),
  help: (_, { store }) => store.pages.open('help'),
  quit: (_, target) => target.leave({ kind: 'quit' }),
}

/** Does what a line says; false where it says nothing. */
export function runLine(text: string, target: CommandTarget): boolean {
  const read = readLine(text, lineChoicesOf(target.store))
  if (read.ok) actions[read.line.name](read.line.argument, target)
  return read.ok
}
