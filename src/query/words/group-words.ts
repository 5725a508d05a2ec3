import { didYouMean } from '../../model/near-miss.ts'
import { groupableFields, type GroupableField, type GroupKey } from '../question.ts'
import { fieldNamed, fieldNames } from './field-words.ts'
import { readList, type ListedWord, type WordRead } from './word-read.ts'

const fieldHelp: Readonly<Record<GroupableField, string>> = {
  host: 'host that saw the flow',
  protocol: 'tcp, udp, ...',
  direction: 'outbound, inbound or unknown: who opened the flow',
  local_ip: 'address at this host',
  local_port: 'port at this host',
  remote_ip: 'address of the other end',
  remote_port: 'port of the other end',
  remote_country:
    'country in which its address is registered (ISO 3166), or private, unlisted, ...',
  remote_as: 'number of the autonomous system that announces its address, or private, ...',
  owner: 'process, kernel or unknown',
  pid: 'process id',
  process: 'name of the process that used the socket last',
  exe: 'path of its program',
  uid: 'number of its user',
  user: 'name of its user',
  cgroup: 'its cgroup',
  container: 'its container or unit',
  netns: 'inode of the network namespace',
  state: 'state of TCP',
  end_reason: 'why the record was written',
}

const networkForm = /^(local|remote)_net(?:\/(\d{1,3}))?(?:\/(\d{1,3}))?$/
const usualV4Bits = 24
const usualV6Bits = 48

/** Words of --by that are no field. */
const madeWords: readonly ListedWord[] = [
  { word: 'remote_net/24', help: 'network of the other end; IPv6 by its /48, or remote_net/24/56' },
  { word: 'local_net/24', help: 'network of the end at this host' },
  { word: 'service', help: 'port that names the service: of who accepted, else the lower one' },
  { word: 'loopback', help: 'yes where both ends are on the host, else no' },
  { word: 'hour', help: 'hour of the day in UTC, 0 to 23' },
]

/** By what flows can be grouped; parser, help and completion are made of this table. */
export const groupWords: readonly ListedWord[] = [
  ...groupableFields.map((word) => ({ word, help: fieldHelp[word] })),
  ...madeWords,
]

const knownWords = [...fieldNames, ...madeWords.map(({ word }) => word), 'remote_net', 'local_net']

/** `process`, `remote_net/24`, `service`. */
export function readGroupKey(text: string): WordRead<GroupKey> {
  const field = fieldNamed(text)
  if (field !== undefined) return { ok: true, value: { kind: 'field', field } }
  if (text === 'service' || text === 'loopback' || text === 'hour')
    return { ok: true, value: { kind: text } }
  const network = networkForm.exec(text)
  if (network) return readNetwork(network, text)
  if (text === 'port') return { ok: false, why: `'port' can be service, remote_port or local_port` }
  if (text === 'ip' || text === 'address')
    return { ok: false, why: `'${text}' can be remote_ip or local_ip` }
  const meant = didYouMean(text, knownWords) || '; `e2etop help by` lists what can be grouped by'
  return { ok: false, why: `nothing can be grouped by '${text}'${meant}` }
}

function readNetwork(match: RegExpExecArray, text: string): WordRead<GroupKey> {
  const [, end, v4 = usualV4Bits, v6 = usualV6Bits] = match
  const [v4Bits, v6Bits] = [Number(v4), Number(v6)]
  if (v4Bits > 32 || v6Bits > 128)
    return { ok: false, why: `'${text}': an IPv4 network has at most 32 bits, an IPv6 one 128` }
  return {
    ok: true,
    value: { kind: 'network', end: end === 'local' ? 'local' : 'remote', v4Bits, v6Bits },
  }
}

/** The keys of a list such as `process,user`; none may come twice. */
export const readGroupKeys = (text: string): WordRead<readonly GroupKey[]> =>
  readList(text, readGroupKey, groupKeyName)

/** Its name in JSON, CSV and titles, in the words of the vocabulary. */
export function groupKeyName(key: GroupKey): string {
  switch (key.kind) {
    case 'field':
      return key.field
    case 'network':
      return `${key.end}_net`
    case 'service':
    case 'loopback':
    case 'hour':
      return key.kind
  }
}
