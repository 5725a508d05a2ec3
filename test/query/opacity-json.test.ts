import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedError } from '../../src/model/json-fields.ts'
import { wireLimits } from '../../src/model/wire-limits.ts'
import { decodeOpacity, encodeOpacity } from '../../src/query/opacity-json.ts'
import { anyOpacity } from '../sim/any-opacity.ts'

const decode = (json: string) => decodeOpacity(JSON.parse(json), 'opacity')

/** Every field that must be there, by its path; those that may be missing are `pid` and `dropped`. */
function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]))
  return path.length > 0 ? [path, ...below] : below
}

function broken(json: string, path: readonly string[]): unknown {
  const copy: unknown = JSON.parse(json)
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(Object(at), key), copy)
  Reflect.set(Object(holder), path.at(-1)!, null)
  return copy
}

describe('opacity as JSON', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(anyOpacity, (opacity) => {
        expect(decode(encodeOpacity(opacity))).toEqual(opacity)
      }),
      { numRuns: 200 },
    )
  })

  test('with any one field broken is refused', () => {
    fc.assert(
      fc.property(anyOpacity, fc.nat(), (opacity, pick) => {
        const json = encodeOpacity(opacity)
        const all = paths(JSON.parse(json))
        const path = all[pick % all.length]!
        expect(() => decodeOpacity(broken(json, path), 'opacity'), path.join('.')).toThrow(
          MalformedError,
        )
      }),
      { numRuns: 300 },
    )
  })

  test('of more owners than are told names the interface and their number', () => {
    const [opacity] = fc.sample(
      anyOpacity.filter(({ interfaces }) => (interfaces[0]?.owners.length ?? 0) > 0),
      1,
    )
    const [first, ...others] = opacity!.interfaces
    const owners = Array.from({ length: wireLimits.opacityOwnersTold + 1 }, () => first!.owners[0]!)
    const told = decode(
      encodeOpacity({ ...opacity!, interfaces: [{ ...first!, owners }, ...others] }),
    )
    expect(told.interfaces[0]!.owners).toHaveLength(wireLimits.opacityOwnersTold)
    expect(told.unseen.at(-1)).toBe(`${first!.name}: 1 processes that moved least`)
  })
})
