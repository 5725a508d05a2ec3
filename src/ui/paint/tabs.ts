import type { KeyTable } from '../keys/key-table.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { groupViewOf, tabOf, viewsOf, type ViewName } from '../store/views.ts'
import { plural } from '../text/plural.ts'
import type { Paint } from '../theme/theme.ts'
import { paintLine, segment, segmentsWidth, type Segment } from './line.ts'
import { sortArrow } from './table.ts'

/** Which lines of a page are in sight. */
export interface PagePlace {
  readonly first: number
  readonly height: number
  readonly lines: number
}

/** What the line of tabs is made of. */
export interface TabLine {
  readonly keys: KeyTable
  readonly columns: number
  /** The page that covers the table. */
  readonly page: PagePlace | undefined
}

/** The second line: the views by their keys, how many rows this one has and its order; or which lines of a page. */
export function paintTabs(store: MonitorStore, line: TabLine, paint: Paint): string {
  const count = line.page ? [] : [segment('dim', `  ${countText(store)}`)]
  const tabs = tabsOf(store, line).flatMap((tab) => tab.segments)
  return paintLine([...tabs, ...count], rightOf(store, line), line.columns, paint)
}

/** The view whose tab is in that column. */
export function tabAt(store: MonitorStore, line: TabLine, column: number): ViewName | undefined {
  let end = 0
  return tabsOf(store, line).find(({ segments }) => column < (end += segmentsWidth(segments)))?.view
}

const rightOf = (store: MonitorStore, { page }: TabLine): readonly Segment[] =>
  page ? pageSegments(page) : sortSegments(store)

const sortSegments = ({ table }: MonitorStore): readonly Segment[] => [
  segment('dim', '  sort '),
  segment('columnSorted', `${table.sort.name} ${sortArrow(table.reversed)}`),
  segment('text', ' '),
]

/** Nothing of a page that is all in sight. */
function pageSegments({ first, height, lines }: PagePlace): readonly Segment[] {
  if (lines <= height) return []
  const last = Math.min(lines, first + height)
  return [segment('dim', `  lines ${first + 1}-${last} of ${lines} `)]
}

interface Tab {
  readonly view: ViewName
  readonly segments: readonly Segment[]
}

/** The views with their keys: in full, in short, or those around the one that is shown. */
function tabsOf(store: MonitorStore, line: TabLine): readonly Tab[] {
  const { view, isOfMany } = store
  const room = line.columns - segmentsWidth(rightOf(store, line))
  const views = viewsOf(isOfMany)
  const tabs = (length: 'title' | 'short') =>
    views.map((name) => {
      const isOn = name === tabOf(view)
      const key = name === 'places' ? '' : line.keys.labelOf(`view.${name}`)
      return { view: name, segments: tabSegments(isOn ? view : name, key, length, isOn) }
    })
  const long = tabs('title')
  if (widthOf(long) <= room) return long
  const short = tabs('short')
  return widthOf(short) <= room ? short : around(short, views.indexOf(tabOf(view)), room)
}

const widthOf = (tabs: readonly Tab[]) => segmentsWidth(tabs.flatMap(({ segments }) => segments))

/** The first tabs, or as many later ones as bring the one at `on` and the next into sight; signs say on which side others are. */
function around(tabs: readonly Tab[], on: number, room: number): readonly Tab[] {
  const wanted = Math.min(on + 1, tabs.length - 1)
  for (let first = 0; ; first++) {
    const before = first === 0 ? [] : [more('‹', tabs[first - 1])]
    let end = tabs.length
    const shown = () => [
      ...before,
      ...tabs.slice(first, end),
      ...(end < tabs.length ? [more('›', tabs[end])] : []),
    ]
    while (end > first + 1 && widthOf(shown()) > room) end--
    if (end > wanted || first >= on) return shown()
  }
}

/** Stands for the tabs on one side; a click on it shows the nearest of them. */
const more = (sign: string, nearest: Tab | undefined): Tab => ({
  view: nearest?.view ?? 'flows',
  segments: [segment('dim', sign === '‹' ? sign : ` ${sign}`)],
})

function tabSegments(
  name: ViewName,
  key: string,
  length: 'title' | 'short',
  on: boolean,
): readonly Segment[] {
  const text = name === 'flows' ? 'Flows' : groupViewOf(name)[length]
  return on
    ? [segment('tabOn', ` ${key} ${text} `)]
    : [segment('key', ` ${key}`), segment('tab', length === 'title' ? ` ${text} ` : text)]
}

function countText({ view, flows, shown, coverage }: MonitorStore): string {
  if (view !== 'flows') return plural(shown.groups.length, groupViewOf(view).one)
  const { endedFlows } = shown
  const letGo = coverage?.flowsLetGo ?? 0
  const ended = letGo > 0 ? `${endedFlows} of ${endedFlows + letGo}` : `${endedFlows}`
  const unlisted = shown.coverage?.past?.unlisted?.flows ?? 0
  const most = unlisted > 0 ? ` of ${flows.rows.length + unlisted}, most bytes` : ''
  return `${flows.rows.length - endedFlows} open, ${ended} ended${most}`
}
