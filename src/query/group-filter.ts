import { joined, type Filter, type NumberTest, type Term } from './filter/filter.ts'
import { parseNetwork } from './filter/network.ts'
import type { ChoiceWord, NumberWord, TextWord } from './filter/words.ts'
import type { GroupValue } from './group-name.ts'
import type { GroupableField, GroupKey } from './question.ts'

/**
 * The filter that the flows of a group match and no others; undefined for keys of which no filter can tell (the hour,
 * the host that answers, a port on one side).
 */
export function groupFilter(key: GroupKey, value: GroupValue): Filter | undefined {
  switch (key.kind) {
    case 'field':
      return fieldFilter(key.field, value)
    case 'network':
      return networkFilter(key.end, String(value))
    case 'service':
      return serviceFilter(value)
    case 'loopback':
      return value === 'yes' ? loopback : { kind: 'not', part: loopback }
    case 'hour':
      return undefined
  }
}

function fieldFilter(field: GroupableField, value: GroupValue): Filter | undefined {
  switch (field) {
    // What stands in the ports of a protocol without ports is none to the filter, but a value to the group.
    case 'host':
    case 'local_port':
    case 'remote_port':
      return undefined
    case 'process':
    case 'exe':
    case 'user':
    case 'cgroup':
    case 'container':
      return value === null ? { kind: 'not', part: known(field) } : textFilter(field, value)
    case 'remote_country':
      // Where the host knows no country it knows no AS.
      return value === null ? { kind: 'not', part: known('as') } : choice('country', value)
    case 'remote_as':
      return value === null ? { kind: 'not', part: known('as') } : textFilter('as', value)
    case 'pid':
    case 'uid':
    case 'netns':
      return value === null ? { kind: 'not', part: anyNumber(field) } : number(field, Number(value))
    case 'local_ip':
      return networkFilter('local', String(value))
    case 'remote_ip':
      return networkFilter('remote', String(value))
    case 'protocol':
      return choice('proto', value)
    case 'end_reason':
      return choice('end_reason', String(value).replaceAll(' ', '-'))
    case 'direction':
    case 'state':
    case 'owner':
      return choice(field, value)
  }
}

const loopback: Term = { kind: 'flag', word: 'loopback' }
const exactly = (value: number): NumberTest => ({
  kind: 'within',
  ranges: [{ from: value, to: value }],
})
const atLeast = (value: number): NumberTest => ({ kind: 'compare', operator: '>=', value })
const text = (word: TextWord, value: GroupValue): Term => ({
  kind: 'text',
  word,
  patterns: [{ kind: 'exact', text: String(value) }],
})
/** The word `process` also finds the kernel's sockets, by the name of `kernel`. */
const textFilter = (word: TextWord, value: GroupValue): Filter =>
  word === 'process' && value === 'kernel'
    ? joined('and', choice('owner', 'process'), text(word, value))
    : text(word, value)
const known = (word: TextWord): Filter =>
  word === 'process'
    ? choice('owner', 'process')
    : { kind: 'text', word, patterns: [{ kind: 'glob', pattern: '*' }] }
const choice = (word: ChoiceWord, value: GroupValue): Term => ({
  kind: 'choice',
  word,
  values: [String(value)],
})
const number = (word: NumberWord, value: number): Term => ({
  kind: 'number',
  word,
  test: exactly(value),
})
const anyNumber = (word: NumberWord): Term => ({ kind: 'number', word, test: atLeast(0) })
const port = (end: 'local' | 'remote' | 'dst', test: NumberTest): Term => ({
  kind: 'port',
  end,
  test,
})

function networkFilter(end: 'local' | 'remote', name: string): Filter | undefined {
  const network = parseNetwork(name)
  return network && { kind: 'address', end, networks: [network] }
}

/** The accepting end's port; where nobody knows which that is, the lower of the two. */
function serviceFilter(value: GroupValue): Filter {
  if (value === null)
    return { kind: 'not', part: { kind: 'port', end: 'either', test: atLeast(0) } }
  const service = Number(value)
  const lower: Filter = {
    kind: 'and',
    parts: [
      choice('direction', 'unknown'),
      { kind: 'port', end: 'either', test: exactly(service) },
      port('local', atLeast(service)),
      port('remote', atLeast(service)),
    ],
  }
  return { kind: 'or', parts: [port('dst', exactly(service)), lower] }
}
