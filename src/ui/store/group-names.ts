import type { Interfaces } from '../../model/host-interface.ts'
import { countryCodes, countryName } from '../../model/whereabouts/country-codes.ts'
import { asText } from '../../model/whereabouts/known-whereabouts.ts'
import type { GroupValue } from '../../query/group-name.ts'
import {
  byInterface,
  interfaceGroup,
  interfaceGroupKeys,
  interfaceKeyNames,
} from '../../query/interfaces.ts'
import { fieldKey, type GroupKey } from '../../query/question.ts'
import type { GroupTotals } from '../../query/totals.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { serviceName } from '../text/service-names.ts'
import { isOfOwners, type GroupView } from './views.ts'

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

/** By what the values of a group's key are known to be names of somebody, or addresses. */
export const keysOfGroups = (view: GroupView): readonly GroupKey[] =>
  view.isByInterface ? interfaceGroupKeys : view.by

/** Names of the values of a group's key, for a file. */
export const keyNamesOf = (view: GroupView): readonly string[] =>
  view.isByInterface ? interfaceKeyNames : view.by.map(groupKeyName)

/** A group's names, one a column of its view. */
export function groupNames(view: GroupView, key: readonly GroupValue[]): readonly string[] {
  if (view.isByInterface) return interfaceNames(key)
  if (!isOfOwners(view)) return key.map((value, i) => nameOf(view.by[i]!, value))
  const [kind, ...all] = key
  const [, pid = null, process = null, user = null] = all
  const values = view.isTree ? [process, pid, user] : all
  if (kind === null) return view.columns.map((_, i) => (i === 0 ? notKeptApart : '-'))
  // Of a process that is not known the account may be.
  if (kind !== 'process')
    return view.columns.map((_, i) => {
      const known = values[i] ?? null
      if (i > 0) return known === null ? '-' : String(known)
      return known === null ? `<${kind}>` : `${known} <${kind}>`
    })
  const keys = view.isTree ? (['process', 'pid', 'user'] as const).map(fieldKey) : view.by.slice(1)
  return values.map((value, i) => nameOf(keys[i]!, value))
}

function interfaceNames(key: readonly GroupValue[]): readonly string[] {
  const { host, netns, isOwn, name, addresses } = interfaceGroup(key)
  if (addresses === null) return [notKeptApart, '-']
  const whose = host === null ? '' : `${host} `
  const where = netns === null || isOwn ? '' : ` in ${netns}`
  return [`${whose}${name ?? '<unknown>'}${where}`, addresses.join(', ')]
}

/** Ended flows past the limit up to which groups of them are told apart. */
const notKeptApart = '<ended earlier>'

function nameOf(key: GroupKey, value: GroupValue): string {
  if (key.kind === 'service') return serviceName(typeof value === 'number' ? value : undefined)
  if (value !== null) return knownName(key, value)
  return key.kind === 'field' ? (nothings[key.field] ?? '<unknown>') : '<unknown>'
}

function knownName(key: GroupKey, value: string | number): string {
  if (key.kind !== 'field') return String(value)
  if (key.field === 'remote_as' && typeof value === 'number') return asText(value)
  const isCode = key.field === 'remote_country' && countryCodes.includes(String(value))
  return isCode ? `${value} ${countryName(String(value))}` : String(value)
}

/** What it means that a process has none. */
const nothings: Readonly<Record<string, string>> = {
  container: '<no container>',
  cgroup: '<unknown>',
}
