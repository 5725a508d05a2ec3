import type { Interfaces } from '../../model/host-interface.ts'
import { joined, type Filter } from '../../query/filter/filter.ts'
import { groupFilter } from '../../query/group-filter.ts'
import type { GroupValue } from '../../query/group-name.ts'
import { fieldKey, type GroupKey } from '../../query/question.ts'
import {
  byInterface,
  interfaceFilter,
  interfaceGroup,
  interfaceKeyNames,
  interfaceKeys,
} from '../../query/interfaces.ts'
import type { GroupTotals } from '../../query/totals.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { serviceName } from '../text/service-names.ts'

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
    columns: [name('HOST', 10, 24)],
  },
  processes: {
    title: 'Processes',
    short: 'Procs',
    one: 'process',
    by: [owner, fieldKey('process'), fieldKey('user')],
    columns: [name('PROCESS', 14, 24), name('USER', 8, 16)],
  },
  users: {
    title: 'Users',
    short: 'Users',
    one: 'user',
    by: [owner, fieldKey('user')],
    columns: [name('USER', 16, 32)],
  },
  containers: {
    title: 'Containers',
    short: 'Ctrs',
    one: 'container',
    by: [owner, fieldKey('container')],
    columns: [name('CONTAINER', 20, 80)],
  },
  cgroups: {
    title: 'Cgroups',
    short: 'Cgrps',
    one: 'cgroup',
    by: [owner, fieldKey('cgroup')],
    columns: [name('CGROUP', 20, 80)],
  },
  remotes: {
    title: 'Remote hosts',
    short: 'Remotes',
    one: 'remote host',
    by: [fieldKey('remote_ip')],
    columns: [name('REMOTE HOST', 20, 40)],
  },
  networks: {
    title: 'Networks',
    short: 'Nets',
    one: 'remote network',
    by: [remoteNetwork],
    columns: [name('REMOTE NETWORK', 20, 44)],
  },
  services: {
    title: 'Services',
    short: 'Svcs',
    one: 'service',
    by: [{ kind: 'service' }],
    columns: [name('SERVICE', 16, 32)],
  },
  interfaces: {
    title: 'Interfaces',
    short: 'Ifs',
    one: 'interface',
    by: interfaceKeys,
    isByInterface: true,
    columns: [name('INTERFACE', 14, 32), name('ADDRESSES', 16, 60)],
  },
} as const satisfies Record<string, GroupView>

export type GroupViewName = keyof typeof groupViews
export type ViewName = 'flows' | GroupViewName

export const groupViewNames = Object.keys(groupViews) as readonly GroupViewName[]
/** In the order of their keys, from 0 on: the first is of many hosts only. */
export const viewNames: readonly ViewName[] = [
  'hosts',
  'flows',
  ...groupViewNames.filter((view) => view !== 'hosts'),
]

/** Those that there are. */
export const viewsOf = (isOfMany: boolean): readonly ViewName[] =>
  viewNames.filter((view) => isOfMany || view !== 'hosts')

export const groupViewOf = (view: GroupViewName): GroupView => groupViews[view]

/** Whether its groups are hosts. */
export const isOfHosts = ({ by: [first], isByInterface }: GroupView): boolean =>
  !isByInterface && first?.kind === 'field' && first.field === 'host'

const isOwnerKey = (key: GroupKey | undefined) => key?.kind === 'field' && key.field === 'owner'

/** The groups of a view, of those that it was answered. */
export const groupsOfView = (
  view: GroupView,
  groups: readonly GroupTotals[],
  {
    interfaces,
    isOfMany,
  }: { readonly interfaces: Interfaces | undefined; readonly isOfMany: boolean },
): readonly GroupTotals[] =>
  view.isByInterface ? byInterface(groups, interfaces, isOfMany) : groups

/** Names of the values of a group's key, for a file. */
export const keyNamesOf = (view: GroupView): readonly string[] =>
  view.isByInterface ? interfaceKeyNames : view.by.map(groupKeyName)

/** A group's names, one a column of its view. */
export function groupNames(view: GroupView, key: readonly GroupValue[]): readonly string[] {
  if (view.isByInterface) return interfaceNames(key)
  if (!isOwnerKey(view.by[0])) return key.map((value, i) => nameOf(view.by[i]!, value))
  const [kind, ...values] = key
  if (kind === null) return view.columns.map((_, i) => (i === 0 ? notKeptApart : '-'))
  // Of a process that is not known the account may be.
  if (kind !== 'process')
    return view.columns.map((_, i) => {
      const known = values[i] ?? null
      if (i > 0) return known === null ? '-' : String(known)
      return known === null ? `<${kind}>` : `${known} <${kind}>`
    })
  return values.map((value, i) => nameOf(view.by[i + 1]!, value))
}

function interfaceNames(key: readonly GroupValue[]): readonly string[] {
  const { host, netns, isOwn, name, addresses } = interfaceGroup(key)
  if (addresses === null) return [notKeptApart, '-']
  const whose = host === null ? '' : `${host} `
  const where = netns === null || isOwn !== false ? '' : ` in ${netns}`
  return [`${whose}${name ?? '<unknown>'}${where}`, addresses.join(', ')]
}

/** Ended flows past the limit up to which groups of them are told apart. */
const notKeptApart = '<ended earlier>'

function nameOf(key: GroupKey, value: GroupValue): string {
  if (key.kind === 'service') return serviceName(typeof value === 'number' ? value : undefined)
  if (value !== null) return String(value)
  return key.kind === 'field' ? (nothings[key.field] ?? '<unknown>') : '<unknown>'
}

/** What it means that a process has none. */
const nothings: Readonly<Record<string, string>> = {
  container: '<no container>',
  cgroup: '<unknown>',
}

/** Which flows are in a group: those of a filter, of one of many hosts, or both. */
export interface GroupMembers {
  readonly filter?: Filter
  readonly host?: string
}

/** Undefined where nothing can tell. */
export function membersOfGroup(
  view: GroupView,
  key: readonly GroupValue[],
): GroupMembers | undefined {
  if (isOfHosts(view)) return { host: String(key[0]) }
  const filter = view.isByInterface ? interfaceFilter(key) : filterOfGroup(view, key)
  const host = view.isByInterface ? interfaceGroup(key).host : null
  return filter && { filter, ...(host !== null && { host }) }
}

function filterOfGroup(view: GroupView, key: readonly GroupValue[]): Filter | undefined {
  if (!isOwnerKey(view.by[0])) return allOf(view.by, key)
  if (key[0] === null) return undefined
  return key[0] === 'process'
    ? allOf(view.by.slice(1), key.slice(1))
    : groupFilter(owner, key[0] ?? null)
}

function allOf(by: readonly GroupKey[], key: readonly GroupValue[]): Filter | undefined {
  let all: Filter | undefined
  for (const [i, one] of by.entries()) {
    const filter = groupFilter(one, key[i] ?? null)
    if (!filter) return undefined
    all = all ? joined('and', all, filter) : filter
  }
  return all
}
