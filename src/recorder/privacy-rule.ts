import { MalformedError, type Check } from '../model/json-fields.ts'
import { mappedPrefixBits, parseNetwork, type Network } from '../model/network.ts'
import { decodeOr, strictObject } from './strict-object.ts'

/** What a rule does to the flows that it matches. */
export const privacyActions = ['drop', 'mask', 'hash', 'no-cmdline'] as const
export type PrivacyAction = (typeof privacyActions)[number]

/** One rule; of its selectors all that are given must match, and none given match every flow. */
export interface PrivacyRule {
  readonly rule: PrivacyAction
  /** Name of the user who opened the socket or uses it. */
  readonly user: string | undefined
  /** comm of the process that opened the socket or uses it. */
  readonly process: string | undefined
  /** Holds either end. */
  readonly net: Network | undefined
  /** Of either end. */
  readonly port: number | undefined
  /** Of mask: bits of an address that stay, of IPv4 and of IPv6. */
  readonly keepIpv4: number
  readonly keepIpv6: number
}

const word: Check<string> = (value, where) => {
  if (typeof value !== 'string' || value === '')
    throw new MalformedError(`${where}: ${JSON.stringify(value)} is not a name`)
  return value
}

const action: Check<PrivacyAction> = (value, where) => {
  const found = privacyActions.find((one) => one === value)
  if (found === undefined)
    throw new MalformedError(
      `${where}: ${JSON.stringify(value)} is none of ${privacyActions.join(', ')}`,
    )
  return found
}

const network: Check<Network> = (value, where) => {
  const found = typeof value === 'string' ? parseNetwork(value) : undefined
  if (!found)
    throw new MalformedError(
      `${where}: ${JSON.stringify(value)} is not a network such as "10.0.0.0/8" or "2001:db8::/32"`,
    )
  return found
}

const whole =
  (max: number): Check<number> =>
  (value, where) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      throw new MalformedError(
        `${where}: ${JSON.stringify(value)} is not a whole number from 0 to ${max}`,
      )
    return value
  }

const rule = strictObject<PrivacyRule>({
  rule: action,
  user: decodeOr(word, undefined),
  process: decodeOr(word, undefined),
  net: decodeOr(network, undefined),
  port: decodeOr(whole(65_535), undefined),
  // A /24 and a /48 are one site as a rule (RFC 6177), not one person.
  keepIpv4: decodeOr(whole(32), 24),
  keepIpv6: decodeOr(whole(128), 48),
})

/** Checks one entry of the list `privacy`. */
export const privacyRule: Check<PrivacyRule> = (value, where) => {
  const checked = rule(value, where)
  for (const key of ['keepIpv4', 'keepIpv6'] as const)
    if (checked.rule !== 'mask' && Object.hasOwn(Object(value), key))
      throw new MalformedError(`${where}.${key}: goes with the rule mask only`)
  return checked
}

/** `keepIpv4` and `keepIpv6` as bits of the 16-byte form. */
export const keptBits = ({ keepIpv4, keepIpv6 }: PrivacyRule, ipv4: boolean): number =>
  ipv4 ? mappedPrefixBits + keepIpv4 : keepIpv6
