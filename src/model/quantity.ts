declare const unit: unique symbol

/** A number with a unit that the compiler checks; plain arithmetic gives back a plain number. */
export type Quantity<U extends string> = number & { readonly [unit]: U }

/** Wall clock in ms since 1970 *on the host that saw it*; never compare two hosts without their skew. */
export type HostTime = Quantity<'ms@host'>

/** A length of time in ms. */
export type Millis = Quantity<'ms'>

export const hostTime = (ms: number): HostTime => ms as HostTime
export const millis = (ms: number): Millis => ms as Millis
export const seconds = (s: number): Millis => (s * 1000) as Millis
