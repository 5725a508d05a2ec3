import fc from 'fast-check'
import { endReasons, directions, tcpStates, type FlowRecord } from '../../../src/model/flow.ts'
import { kernelOwner, type Owner } from '../../../src/model/owner.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { comparisons, joined, type Filter, type Term } from '../../../src/query/filter/filter.ts'
import { parseNetwork } from '../../../src/query/filter/network.ts'
import { isOfKind, words, wordNames } from '../../../src/query/filter/words.ts'
import type { WordSpec } from '../../../src/query/filter/word-spec.ts'
import { publicAddresses, useSmallWhereabouts } from '../../sim/small-whereabouts.ts'
import { recordOf } from '../../sim/record.ts'
import { address } from '../../sim/sample.ts'

// Of which the oracles know, too.
useSmallWhereabouts()

/** Few values, so that generated filters and flows meet often. */
const texts = [
  'a',
  'ab',
  'b',
  'and',
  'Ä*',
  'a b',
  '"',
  '\\',
  '',
  '🦊',
  '33',
  'x:ab',
  '/a/b',
  '13335',
  'AS15169',
  'reserved',
]
const numbers = [0, 1, 2, 33, 443, 1000, 1024, 65_535]
const hosts = [
  '10.0.0.1',
  '10.1.2.3',
  '192.0.2.7',
  '::',
  '2001:db8::1',
  '2001:db8:8000::',
  '::1',
  ...publicAddresses,
]

const end = fc.constantFrom('either', 'local', 'remote', 'src', 'dst' as const)
const ofKind = <K extends WordSpec['kind']>(kind: K) =>
  fc.constantFrom(...wordNames.flatMap((word) => (isOfKind(word, kind) ? [word] : [])))
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })

const network = fc
  .record({ host: fc.constantFrom(...hosts), bits: fc.nat(128) })
  .map(({ host, bits }) => parseNetwork(`${host}/${host.includes(':') ? bits : bits % 33}`)!)

const range = fc
  .tuple(fc.constantFrom(...numbers), fc.constantFrom(...numbers))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const numberTest = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    operator: fc.constantFrom(...comparisons),
    value: fc.oneof(fc.constantFrom(...numbers), fc.nat(65_535)),
  }),
  fc.record({ kind: fc.constant('within' as const), ranges: some(range) }),
)
const pattern = fc.oneof(
  fc.record({
    kind: fc.constant('exact' as const),
    text: fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 6 })),
  }),
  fc
    .array(fc.constantFrom('*', '?', 'a', 'b', '/', 'Ä', '🦊'), { minLength: 1, maxLength: 5 })
    .filter((pieces) => pieces.includes('*') || pieces.includes('?'))
    .map((pieces) => ({ kind: 'glob' as const, pattern: pieces.join('') })),
)

const fewCountries: readonly string[] = ['AU', 'US', 'DE', 'FR', 'private', 'reserved', 'unlisted']
const fixed = <T extends string>(text: T) => fc.constant(text)
const choiceTerm = ofKind('choice').chain((word) =>
  fc.record({
    kind: fixed('choice'),
    word: fixed(word),
    // Of countries the first ones: those that generated flows have, and why an address has none.
    values: some(fc.constantFrom(...(word === 'country' ? fewCountries : words[word].choices))),
  }),
)
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fixed('flag'), word: ofKind('flag') }),
  fc.record({ kind: fixed('address'), end, networks: some(network) }),
  fc.record({ kind: fixed('port'), end, test: numberTest }),
  fc.record({ kind: fixed('number'), word: ofKind('number'), test: numberTest }),
  fc.record({ kind: fixed('text'), word: ofKind('text'), patterns: some(pattern) }),
  choiceTerm,
)

/** Filters as the parser makes them: no group directly in one of its own kind. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    term,
    tie('filter').map((part) => ({ kind: 'not', part }) as const),
    fc
      .tuple(fc.constantFrom('and', 'or' as const), tie('filter'), tie('filter'))
      .map(([kind, left, right]) => joined(kind, left, right)),
  ),
})).filter

const owner: fc.Arbitrary<Owner> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('process' as const),
      pid: fc.constantFrom(...numbers),
      start: fc.constant(hostTime(1)),
      parentPid: fc.constant(1),
      process: fc.constantFrom(...texts),
      exe: fc.constantFrom(...texts),
      uid: fc.constantFrom(...numbers),
      user: fc.constantFrom(...texts),
      cgroup: fc.constantFrom(...texts),
      container: fc.constantFrom(...texts),
    }),
  },
  { weight: 1, arbitrary: fc.constant(kernelOwner) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unknown' as const, why: 'a' }) },
)

const someAddress = fc.constantFrom(...hosts).map(address)
const someNumber = fc.constantFrom(...numbers)
export const flows: fc.Arbitrary<FlowRecord> = fc
  .record({
    protocol: fc.constantFrom(1, 6, 17, 58, 132, 253),
    localAddress: someAddress,
    localPort: someNumber,
    remoteAddress: someAddress,
    remotePort: someNumber,
    direction: fc.constantFrom(...directions),
    owner,
    actor: fc.option(owner, { nil: undefined }),
    netns: someNumber,
    txBytes: someNumber,
    rxBytes: someNumber,
    txPackets: someNumber,
    rxPackets: someNumber,
    rttUs: someNumber,
    retransmits: someNumber,
    state: fc.constantFrom(...tcpStates),
    endReason: fc.constantFrom(...endReasons),
    flags: fc.nat(7),
  })
  .map(recordOf)
