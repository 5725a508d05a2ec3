/** Why a message from outside was refused. Thrown inside decoders and caught at their edge. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
}

/** A field's checker: gives the value in its type, or throws `MalformedError` naming where. */
export type Check<T> = (value: unknown, where: string) => T

export const text =
  (clean: (text: string) => string): Check<string> =>
  (value, where) => {
    if (typeof value !== 'string') throw new MalformedError(`${where}: not a text`)
    return clean(value)
  }

/** A finite number that is not negative. */
export const count: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new MalformedError(`${where}: not a count`)
  return value
}

export const oneOf =
  <T extends string>(words: readonly T[]): Check<T> =>
  (value, where) => {
    const word = words.find((one) => one === value)
    if (word === undefined) throw new MalformedError(`${where}: not one of ${words.join(' ')}`)
    return word
  }

export const list =
  <T>(check: Check<T>, lengthMax: number): Check<T[]> =>
  (value, where) => {
    if (!Array.isArray(value) || value.length > lengthMax)
      throw new MalformedError(`${where}: not a list of at most ${lengthMax}`)
    let at = 0
    try {
      return value.map((one, i) => check(one, ((at = i), '')))
    } catch (error) {
      // Where it is, is put together only now: long lists are checked in a third of the time.
      if (error instanceof MalformedError)
        throw new MalformedError(`${where}[${at}]${error.message}`, { cause: error })
      throw error
    }
  }

export const object =
  <T>(checks: { readonly [K in keyof T]: Check<T[K]> }): Check<T> =>
  (value, where) => {
    if (typeof value !== 'object' || value === null)
      throw new MalformedError(`${where}: not an object`)
    const fields = Object.entries<Check<unknown>>(checks).map(([key, check]) => [
      key,
      check(Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined, `${where}.${key}`),
    ])
    return Object.fromEntries(fields) as T
  }
