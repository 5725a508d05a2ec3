import { MalformedError, type Check } from '../model/json-fields.ts'

/** As `object` of the model, but a key that has no check is refused: a mistyped setting must not pass as not set. */
export const strictObject =
  <T>(checks: { readonly [K in keyof T]: Check<T[K]> }): Check<T> =>
  (value, where) => {
    const place = where === '' ? 'the file' : where
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MalformedError(`${place}: not an object`)
    const path = (key: string) => (where === '' ? key : `${where}.${key}`)
    for (const key of Object.keys(value))
      if (!Object.hasOwn(checks, key))
        throw new MalformedError(
          `${path(key)}: there is no such setting; allowed are ${Object.keys(checks).join(', ')}`,
        )
    const fields = Object.entries<Check<unknown>>(checks).map(([key, check]) => [
      key,
      check(Reflect.get(value, key), path(key)),
    ])
    return Object.fromEntries(fields) as T
  }

/** `fallback` where the key is absent. */
export const decodeOr =
  <T, F>(check: Check<T>, fallback: F): Check<T | F> =>
  (value, where) =>
    value === undefined ? fallback : check(value, where)
