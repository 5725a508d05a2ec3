import fc from 'fast-check'
import { millis } from '../../src/model/quantity.ts'
import { interfaceKinds, trafficClasses, type Traffic } from '../../src/model/wire-traffic.ts'
import { accountParts } from '../../src/query/opacity.ts'
import type {
  ByteAccount,
  ClassView,
  ClassViews,
  InterfaceView,
  Opacity,
  OwnerView,
} from '../../src/query/opacity.ts'

const count = fc.nat(1e12)
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
const traffic = { packets: count, wireBytes: count }
const anyTraffic: fc.Arbitrary<Traffic> = fc.record(traffic)

const each = <K extends string, T>(keys: readonly K[], value: fc.Arbitrary<T>) =>
  fc
    .tuple(...keys.map(() => value))
    .map((values) => Object.fromEntries(keys.map((key, i) => [key, values[i]])) as Record<K, T>)

const classes: fc.Arbitrary<ClassViews> = each(
  trafficClasses,
  fc.record({ ...traffic, owned: anyTraffic }) as fc.Arbitrary<ClassView>,
)
const account: fc.Arbitrary<ByteAccount> = each(accountParts, fc.integer({ min: -1e9, max: 1e12 }))

const owner: fc.Arbitrary<OwnerView> = fc.record({
  ...traffic,
  process: name,
  user: name,
  container: fc.constantFrom('', 'docker:web'),
  isCarrier: fc.boolean(),
  isGuest: fc.boolean(),
  pid: fc.option(fc.nat(), { nil: undefined }),
  classes: fc.uniqueArray(fc.constantFrom(...trafficClasses), { minLength: 1 }),
  payload: count,
  retransmits: count,
  flows: count,
})

const interfaceView: fc.Arbitrary<InterfaceView> = fc.record({
  name,
  kind: fc.constantFrom(...interfaceKinds),
  seen: anyTraffic,
  counted: anyTraffic,
  classes,
  account,
  retransmits: count,
  owners: fc.array(owner, { maxLength: 4 }),
  loss: fc.record({ dropped: fc.option(count, { nil: undefined }), unmeasured: count }),
})

const sums = fc.record({ flows: count, payload: count })

/** Any that can be told; its numbers need not add up. */
export const anyOpacity: fc.Arbitrary<Opacity> = fc
  .array(interfaceView, { maxLength: 5 })
  .chain((interfaces) =>
    fc.record({
      interfaces: fc.constant(interfaces),
      host: fc.record({
        outer: fc.constant(
          interfaces.filter(({ kind }) => kind === 'outer').map((view) => view.name),
        ),
        counted: anyTraffic,
        classes,
        account,
        sockets: fc.record({
          owned: sums,
          processes: count,
          users: count,
          unowned: sums,
          carriers: sums,
          loopback: sums,
        }),
      }),
      look: fc.nat(1e9).map(millis),
      unseen: fc.array(name, { maxLength: 3 }),
    }),
  )
