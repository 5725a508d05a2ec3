import { formatAddress, parseAddress } from '../../model/address.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { Interfaces } from '../../model/host-interface.ts'
import type { Owner } from '../../model/owner.ts'
import type { Filter, Term, TextPattern } from '../../query/filter/filter.ts'
import { formatNetwork, parseNetwork, type Network } from '../../query/filter/network.ts'
import type { GroupValue } from '../../query/group-name.ts'
import type { GroupKey } from '../../query/question.ts'
import type { Answer, Coverage, Query } from '../../query/session.ts'
import type { GroupTotals } from '../../query/totals.ts'
import { Pseudonyms, type NameKind } from './pseudonyms.ts'

/** Fields of text that say who somebody is. What programs are called stays: it says what is shown. */
const kinds: Readonly<Record<string, NameKind>> = {
  host: 'host',
  user: 'user',
  exe: 'program',
  cgroup: 'cgroup',
  container: 'container',
}

/** Answers under pseudonyms, and what is asked of them in real names. */
export class Mask {
  readonly #pseudonyms = new Pseudonyms()
  /** A record that is as it was stays the same under its mask too, so its row is not made anew. */
  readonly #masked = new WeakMap<FlowRecord, FlowRecord>()
  readonly #real = new WeakMap<FlowRecord, FlowRecord>()

  answer({ rows, coverage }: Answer, query: Query): Answer {
    const host = (name: string) => this.#pseudonyms.name('host', name)
    return {
      // First, because sentences below name its hosts.
      coverage: this.#coverage(coverage),
      rows:
        rows.kind === 'flows'
          ? {
              ...rows,
              flows: rows.flows.map((flow) => this.#flow(flow)),
              ...(rows.hosts ? { hosts: rows.hosts.map(host) } : {}),
            }
          : { ...rows, groups: rows.groups.map((group) => this.#group(group, query)) },
    }
  }

  /** The same question about what the pseudonyms in it stand for. */
  realQuery(query: Query): Query {
    return this.realWhich(query)
  }

  /** The same of whatever asks for flows. */
  realWhich<Asked extends Pick<Query, 'where' | 'host'>>(query: Asked): Asked {
    return {
      ...query,
      ...(query.where ? { where: this.filter(query.where, 'real') } : {}),
      ...(query.host === undefined ? {} : { host: this.#pseudonyms.realName(query.host) }),
    }
  }

  /** The record that stands behind one of an answer. */
  realFlow(flow: FlowRecord): FlowRecord {
    return this.#real.get(flow) ?? flow
  }

  realGroup(group: GroupTotals, by: readonly GroupKey[]): GroupTotals {
    const key = group.key.map((value, i) => this.#value(by[i], value, 'real'))
    return { ...group, key }
  }

  realHost(host: string): string {
    return this.#pseudonyms.realName(host)
  }

  filter(filter: Filter, to: 'real' | 'masked'): Filter {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return { ...filter, parts: filter.parts.map((part) => this.filter(part, to)) }
      case 'not':
        return { ...filter, part: this.filter(filter.part, to) }
      default:
        return this.#term(filter, to)
    }
  }

  #term(term: Term, to: 'real' | 'masked'): Term {
    if (term.kind === 'address')
      return { ...term, networks: term.networks.map((network) => this.#network(network, to)) }
    if (term.kind !== 'text') return term
    const kind = kinds[term.word]
    return kind === undefined
      ? term
      : { ...term, patterns: term.patterns.map((one) => this.#pattern(one, kind, to)) }
  }

  #pattern(pattern: TextPattern, kind: NameKind, to: 'real' | 'masked'): TextPattern {
    if (pattern.kind !== 'exact') return pattern
    return { ...pattern, text: this.#name(kind, pattern.text, to) }
  }

  #name(kind: NameKind, text: string, to: 'real' | 'masked'): string {
    return to === 'real' ? this.#pseudonyms.realName(text) : this.#pseudonyms.name(kind, text)
  }

  /** Of networks of other lengths than /24 and /48 there is no pseudonym. */
  #network({ address, bits }: Network, to: 'real' | 'masked'): Network {
    if (to === 'real') return { address: this.#pseudonyms.realAddress(address), bits }
    const masked =
      bits === 128 ? this.#pseudonyms.address(address) : this.#pseudonyms.network(address)
    return { address: masked, bits }
  }

  #value(key: GroupKey | undefined, value: GroupValue, to: 'real' | 'masked'): GroupValue {
    if (typeof value !== 'string') return value
    if (key?.kind === 'network') {
      const network = parseNetwork(value)
      return network ? formatNetwork(this.#network(network, to)) : value
    }
    if (key?.kind !== 'field') return value
    const kind = kinds[key.field]
    if (kind) return this.#name(kind, value, to)
    return key.field.endsWith('_ip') ? this.#addresses(value, to) : value
  }

  /** Of one address, or of the list that a group by interface has. */
  #addresses(list: string, to: 'real' | 'masked'): string {
    return list
      .split(', ')
      .map((text) => {
        const address = parseAddress(text)
        if (!address) return text
        return formatAddress(
          to === 'real' ? this.#pseudonyms.realAddress(address) : this.#pseudonyms.address(address),
        )
      })
      .join(', ')
  }

  #interfaces({ known, missing }: Interfaces): Interfaces {
    return {
      known: known.map(({ host, addresses, ...rest }) => ({
        ...rest,
        ...(host === undefined ? {} : { host: this.#pseudonyms.name('host', host) }),
        addresses: addresses.map((one) => this.#addresses(one, 'masked')),
      })),
      missing: missing.map((text) => this.#pseudonyms.sentence(text)),
    }
  }

  #group(group: GroupTotals, query: Query): GroupTotals {
    if (query.kind !== 'totals') return group
    return { ...group, key: group.key.map((value, i) => this.#value(query.by[i], value, 'masked')) }
  }

  #flow(flow: FlowRecord): FlowRecord {
    const known = this.#masked.get(flow)
    if (known) return known
    const masked: FlowRecord = {
      ...flow,
      localAddress: this.#pseudonyms.address(flow.localAddress),
      remoteAddress: this.#pseudonyms.address(flow.remoteAddress),
      owner: this.#owner(flow.owner),
      actor: flow.actor && this.#owner(flow.actor),
    }
    this.#masked.set(flow, masked)
    this.#real.set(masked, flow)
    return masked
  }

  #owner(owner: Owner): Owner {
    const name = (kind: NameKind, text: string) => this.#pseudonyms.name(kind, text)
    switch (owner.kind) {
      case 'kernel':
        return owner
      case 'unknown': {
        const why = this.#pseudonyms.sentence(owner.why)
        const { account } = owner
        return account
          ? { ...owner, why, account: { ...account, user: name('user', account.user) } }
          : { ...owner, why }
      }
      case 'process':
        return {
          ...owner,
          exe: name('program', owner.exe),
          user: name('user', owner.user),
          cgroup: name('cgroup', owner.cgroup),
          container: name('container', owner.container),
        }
    }
  }

  #coverage(coverage: Coverage): Coverage {
    const { host, hosts, capture, gaps, stale, past, filter, interfaces } = coverage
    const name = (text: string) => this.#pseudonyms.name('host', text)
    const masked = { host: name(host), names: hosts?.map((one) => name(one.host)) }
    const fromCase = past?.fromCase && this.#pseudonyms.name('case', past.fromCase)
    const says = (text: string) => this.#pseudonyms.sentence(text)
    return {
      ...coverage,
      host: masked.names ? says(host) : masked.host,
      ...(hosts
        ? {
            hosts: hosts.map((one, i) => ({ ...one, host: masked.names![i]!, why: says(one.why) })),
          }
        : {}),
      capture: { ...capture, blind: capture.blind.map(says) },
      gaps: gaps.map((gap) => ({ ...gap, reason: says(gap.reason) })),
      ...(filter ? { filter: { ...filter, text: says(filter.text) } } : {}),
      ...(past
        ? { past: { ...past, missing: past.missing.map(says), ...(fromCase ? { fromCase } : {}) } }
        : {}),
      ...(interfaces ? { interfaces: this.#interfaces(interfaces) } : {}),
      stale: stale === undefined ? undefined : says(stale),
    }
  }
}
