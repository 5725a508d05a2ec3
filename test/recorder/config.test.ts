import { describe, expect, test } from 'vitest'
import { limits } from '../../src/model/limits.ts'
import { decodeConfig, defaultConfig } from '../../src/recorder/config.ts'

const decoded = (value: unknown) => {
  const result = decodeConfig(JSON.stringify(value))
  if (!result.ok) throw new Error(result.why)
  return result.config
}
const whyNot = (value: unknown) => {
  const result = decodeConfig(typeof value === 'string' ? value : JSON.stringify(value))
  return result.ok ? 'accepted' : result.why
}

describe('the config file', () => {
  test('an empty one is the defaults', () => {
    expect(decoded({})).toEqual(defaultConfig)
  })

  test('what it sets is taken, what it leaves out keeps its default', () => {
    const config = decoded({
      exportTimer: '1m',
      retention: { bytes: '500MB', days: 0.5 },
      privacy: [{ rule: 'mask', net: '10.0.0.0/8', keepIpv4: 16 }],
    })
    expect(config.exportTimer).toBe(60_000)
    expect(config.idleTimeout).toBe(defaultConfig.idleTimeout)
    expect(config.retention).toEqual({ ...defaultConfig.retention, bytes: 5e8, days: 0.5 })
    expect(config.privacy).toMatchObject([{ rule: 'mask', net: { bits: 104 }, keepIpv4: 16 }])
  })

  test.each([
    ['{', /^not JSON: /],
    ['[]', /^the file: not an object/],
    [{ exporttimer: 5 }, /^exporttimer: there is no such setting; allowed are exportTimer, /],
    [{ retention: { dyas: 5 } }, /^retention\.dyas: there is no such .* allowed are days, bytes/],
    [{ privacy: [{ rule: 'mask', keep: 4 }] }, /^privacy\[0\]\.keep: there is no such/],
    [{ '__proto__ ': 1 }, /^__proto__ : there is no such/],
    [{ exportTimer: '0.9s' }, /^exportTimer: "0\.9s" is not a time from 1s to 1800s/],
    [{ exportTimer: '31m' }, /^exportTimer: "31m" is not a time/],
    [{ exportTimer: null }, /^exportTimer: null is not a time/],
    [{ exportTimer: { s: 3 } }, /^exportTimer: \{"s":3\} is not a time/],
    [{ idleTimeout: '500ms' }, /^idleTimeout: "500ms" is not a time/],
    [{ retention: [] }, /^retention: not an object/],
    [{ retention: { days: 0 } }, /^retention\.days: 0 is not a number of days/],
    [{ retention: { days: '3' } }, /^retention\.days: "3" is not a number of days/],
    [{ retention: { bytes: '3 GB' } }, /^retention\.bytes: "3 GB" is not a size/],
    [{ retention: { freeBytes: -1 } }, /^retention\.freeBytes: -1 is not a size/],
    [{ sampling: 0 }, /^sampling: 0 is not a whole number from 1 \(every flow\) to 10000/],
    [{ sampling: limits.samplingMax + 1 }, /^sampling: 10001 is not a whole number/],
    [{ sampling: 1.5 }, /^sampling: 1\.5 is not a whole number/],
    [{ sampling: '10' }, /^sampling: "10" is not a whole number/],
    [{ privacy: { rule: 'drop' } }, /^privacy: not a list/],
    [{ privacy: [{}] }, /^privacy\[0\]\.rule: undefined is none of drop, mask, hash, no-cmdline/],
    [{ privacy: [{ rule: 'dorp' }] }, /^privacy\[0\]\.rule: "dorp" is none of drop, /],
    [{ privacy: [{ rule: 'drop' }, { rule: 'drop', user: '' }] }, /^privacy\[1\]\.user: "" is not/],
    [{ privacy: [{ rule: 'drop', user: 1000 }] }, /^privacy\[0\]\.user: 1000 is not a name/],
    [{ privacy: [{ rule: 'drop', net: '10.1.0.0/8' }] }, /^privacy\[0\]\.net: .* not a network/],
    [{ privacy: [{ rule: 'drop', net: '10.0.0.0/33' }] }, /^privacy\[0\]\.net: /],
    [{ privacy: [{ rule: 'drop', port: 65_536 }] }, /^privacy\[0\]\.port: 65536 is not a whole/],
    [{ privacy: [{ rule: 'drop', keepIpv4: 8 }] }, /^privacy\[0\]\.keepIpv4: goes with the rule m/],
  ])('%j is refused, naming the place', (value, why) => {
    expect(whyNot(value)).toMatch(why)
  })

  test('sampling is off by default, and as coarse as the limit allows', () => {
    expect(decoded({}).sampling).toBe(1)
    expect(decoded({ sampling: limits.samplingMax }).sampling).toBe(limits.samplingMax)
  })

  test('as many rules as the limit allows are taken, one more is not', () => {
    const rules = Array.from({ length: limits.privacyRulesMax }, () => ({ rule: 'no-cmdline' }))
    expect(decoded({ privacy: rules }).privacy).toHaveLength(limits.privacyRulesMax)
    expect(whyNot({ privacy: [...rules, rules[0]] })).toMatch(/^privacy: not a list of at most/)
  })
})
