import { interfaceKeys } from '../../query/interfaces.ts'
import { fieldKey, type GroupKey } from '../../query/question.ts'

/** A table of groups of flows. */
export interface GroupView {
  /** Of the tab; `short` where the terminal is narrow. */
  readonly title: string
  readonly short: string
  /** What one row is. */
  readonly one: string
  /** The first may be the owner, which tells the kernel and unknown owners from processes. */
  readonly by: readonly GroupKey[]
  /** Its groups are made of those of `by`, with what hosts say of their interfaces. */
  readonly isByInterface?: true
  /** Into the groups of which view one of its groups unfolds; left out: into its flows. */
  readonly within?: 'processes' | 'remotes' | 'systems'
  /** Its groups are of what is known of remote addresses, which a masked flow does not have. */
  readonly isLookedUp?: true
  /** Its groups are processes, each below the one that started it. */
  readonly isTree?: true
  /** Titles of the columns that name a group, one a key besides the owner. */
  readonly columns: readonly NameColumn[]
}

export interface NameColumn {
  readonly name: string
  readonly title: string
  readonly widthMin: number
  readonly widthMax: number
}

const owner = fieldKey('owner')
const name = (title: string, widthMin: number, widthMax: number): NameColumn => ({
  name: title.toLowerCase().replaceAll(' ', '_'),
  title,
  widthMin,
  widthMax,
})

/** Networks of remote ends: what most sites are given. */
const remoteNetwork: GroupKey = { kind: 'network', end: 'remote', v4Bits: 24, v6Bits: 48 }

export const groupViews = {
  hosts: {
    title: 'Hosts',
    short: 'Hosts',
    one: 'host',
    by: [fieldKey('host')],
    within: 'processes',
    columns: [name('HOST', 10, 24)],
  },
  processes: {
    title: 'Processes',
    short: 'Procs',
    one: 'process',
    by: [owner, fieldKey('process'), fieldKey('user')],
    columns: [name('PROCESS', 14, 24), name('USER', 8, 16)],
  },
  tree: {
    title: 'Process tree',
    short: 'Tree',
    one: 'process',
    by: [owner, ...(['host', 'pid', 'process', 'user'] as const).map(fieldKey)],
    isTree: true,
    columns: [name('PROCESS', 20, 40), name('PID', 7, 7), name('USER', 8, 16)],
  },
  users: {
    title: 'Users',
    short: 'Users',
    one: 'user',
    by: [owner, fieldKey('user')],
    within: 'processes',
    columns: [name('USER', 16, 32)],
  },
  containers: {
    title: 'Containers',
    short: 'Ctrs',
    one: 'container',
    by: [owner, fieldKey('container')],
    within: 'processes',
    columns: [name('CONTAINER', 20, 80)],
  },
  cgroups: {
    title: 'Cgroups',
    short: 'Cgrps',
    one: 'cgroup',
    by: [owner, fieldKey('cgroup')],
    within: 'processes',
    columns: [name('CGROUP', 20, 80)],
  },
  remotes: {
    title: 'Remote hosts',
    short: 'Remotes',
    one: 'remote host',
    by: [fieldKey('remote_ip')],
    within: 'processes',
    columns: [name('REMOTE HOST', 20, 40)],
  },
  networks: {
    title: 'Networks',
    short: 'Nets',
    one: 'remote network',
    by: [remoteNetwork],
    within: 'remotes',
    columns: [name('REMOTE NETWORK', 20, 44)],
  },
  countries: {
    title: 'Countries',
    short: 'Ctry',
    one: 'country',
    by: [fieldKey('remote_country')],
    isLookedUp: true,
    within: 'systems',
    columns: [name('COUNTRY', 20, 40)],
  },
  systems: {
    title: 'Autonomous systems',
    short: 'AS',
    one: 'autonomous system',
    by: [fieldKey('remote_as')],
    isLookedUp: true,
    within: 'remotes',
    columns: [name('AS', 24, 60)],
  },
  services: {
    title: 'Services',
    short: 'Svcs',
    one: 'service',
    by: [{ kind: 'service' }],
    within: 'processes',
    columns: [name('SERVICE', 16, 32)],
  },
  interfaces: {
    title: 'Interfaces',
    short: 'Ifs',
    one: 'interface',
    by: interfaceKeys,
    isByInterface: true,
    within: 'processes',
    columns: [name('INTERFACE', 14, 32), name('ADDRESSES', 16, 60)],
  },
  /** Who in the fleet: of what was looked for elsewhere. */
  places: {
    title: 'Places',
    short: 'Places',
    one: 'place',
    by: [fieldKey('host'), fieldKey('process'), fieldKey('user')],
    columns: [name('HOST', 10, 24), name('PROCESS', 14, 24), name('USER', 8, 16)],
  },
} as const satisfies Record<string, GroupView>

export type GroupViewName = keyof typeof groupViews
export type ViewName = 'flows' | GroupViewName

/** Views in the place of another one, each with a key of its own. */
const sharedTabs: Readonly<Partial<Record<ViewName, ViewName>>> = {
  tree: 'processes',
  countries: 'networks',
  systems: 'networks',
}
export const viewsWithoutTab = Object.keys(sharedTabs) as readonly ViewName[]

export const groupViewNames = Object.keys(groupViews) as readonly GroupViewName[]
/** Those with a tab, in the order of their keys, from 0 on: the first is of many hosts only. */
export const viewNames: readonly ViewName[] = [
  'hosts',
  'flows',
  ...groupViewNames.filter(
    (view) => view !== 'hosts' && view !== 'places' && !(view in sharedTabs),
  ),
]

/** The view in whose place it is. */
export const tabOf = (view: ViewName): ViewName => sharedTabs[view] ?? view

/** Those that there are, each with a tab. */
export const viewsOf = (isOfMany: boolean): readonly ViewName[] =>
  viewNames.filter((view) => isOfMany || view !== 'hosts')

export const groupViewOf = (view: GroupViewName): GroupView => groupViews[view]

/** Whether each of its groups is of one host. */
export const namesHosts = ({ by: [first], isByInterface }: GroupView): boolean =>
  !isByInterface && first?.kind === 'field' && first.field === 'host'
/** Whether its groups are hosts. */
export const isOfHosts = (view: GroupView): boolean => namesHosts(view) && view.by.length === 1

/** Whether its groups are of owners: processes, the kernel, unknown ones. */
export const isOfOwners = ({ by: [first] }: GroupView): boolean =>
  first?.kind === 'field' && first.field === 'owner'
