import { MalformedError, type Check } from '../model/json-fields.ts'
import type { Retention } from '../model/live-message.ts'
import { limits } from '../model/limits.ts'
import { readByteSize, readDuration } from '../model/measures.ts'
import { millis, seconds, type Millis } from '../model/quantity.ts'
import { privacyRule, type PrivacyRule } from './privacy-rule.ts'
import { decodeOr, strictObject } from './strict-object.ts'

/** What the operator may set in /etc/e2etop/config.json. */
export interface RecorderConfig {
  /** How often records are written; what a crash may lose. */
  readonly exportTimer: Millis
  readonly idleTimeout: Millis
  readonly retention: Retention
  /** One flow in so many is recorded by name, of the others the bytes as of nobody; 1: every flow. */
  readonly sampling: number
  /** The first that matches a flow is applied to it, before it is recorded. */
  readonly privacy: readonly PrivacyRule[]
}

/** Without a file. Retention: a week of the paper's busiest host is 1.5 GB; a disk is never filled. */
export const defaultConfig: RecorderConfig = {
  exportTimer: seconds(300),
  idleTimeout: seconds(90),
  retention: { days: 28, bytes: 1.5e9, freeBytes: 1e9 },
  sampling: 1,
  privacy: [],
}

export type DecodedConfig =
  | { readonly ok: true; readonly config: RecorderConfig }
  /** Names the setting (`retention.days`, `privacy[2].user`) and what is allowed there. */
  | { readonly ok: false; readonly why: string }

/** Reads the text of a config file; what it does not set keeps its default. */
export function decodeConfig(json: string): DecodedConfig {
  try {
    return { ok: true, config: config(parse(json), '') }
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MalformedError(`not JSON: ${why}`, { cause })
  }
}

const duration =
  (min: Millis, max: Millis): Check<Millis> =>
  (value, where) => {
    const length = readDuration(String(value))
    if (length === undefined || length < min || length > max)
      throw new MalformedError(
        `${where}: ${JSON.stringify(value)} is not a time from ${min / 1000}s to ${max / 1000}s, such as "300s" or "5m"`,
      )
    return length
  }

const byteSize: Check<number> = (value, where) => {
  const size = readByteSize(String(value))
  if (size === undefined)
    throw new MalformedError(
      `${where}: ${JSON.stringify(value)} is not a size such as "1.5GB" or a number of bytes`,
    )
  return size
}

const days: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !(value > 0) || value > limits.retentionDaysMax)
    throw new MalformedError(
      `${where}: ${JSON.stringify(value)} is not a number of days from above 0 to ${limits.retentionDaysMax}`,
    )
  return value
}

const retention = strictObject<Retention>({
  days: decodeOr(days, defaultConfig.retention.days),
  bytes: decodeOr(byteSize, defaultConfig.retention.bytes),
  freeBytes: decodeOr(byteSize, defaultConfig.retention.freeBytes),
})

const sampling: Check<number> = (value, where) => {
  const { samplingMax: max } = limits
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max)
    throw new MalformedError(
      `${where}: ${JSON.stringify(value)} is not a whole number from 1 (every flow) to ${max}`,
    )
  return value
}

const privacy: Check<readonly PrivacyRule[]> = (value, where) => {
  if (!Array.isArray(value) || value.length > limits.privacyRulesMax)
    throw new MalformedError(`${where}: not a list of at most ${limits.privacyRulesMax} rules`)
  return value.map((rule, i) => privacyRule(rule, `${where}[${i}]`))
}

/** @throws MalformedError */
export const exportTimer = duration(
  millis(limits.exportTimerMsMin),
  millis(limits.exportTimerMsMax),
)

const config = strictObject<RecorderConfig>({
  exportTimer: decodeOr(exportTimer, defaultConfig.exportTimer),
  idleTimeout: decodeOr(
    duration(millis(limits.idleTimeoutMsMin), millis(limits.idleTimeoutMsMax)),
    defaultConfig.idleTimeout,
  ),
  retention: decodeOr(retention, defaultConfig.retention),
  sampling: decodeOr(sampling, defaultConfig.sampling),
  privacy: decodeOr(privacy, defaultConfig.privacy),
})
