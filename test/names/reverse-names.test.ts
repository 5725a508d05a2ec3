import { describe, expect, test } from 'vitest'
import { screenLimits } from '../../src/model/screen-limits.ts'
import { ReverseNames } from '../../src/names/reverse-names.ts'

interface Open {
  readonly resolve: (names: readonly string[]) => void
  readonly reject: (error: Error) => void
}

/** A resolver whose answers come when the test says. */
class Resolver {
  readonly asked: string[] = []
  readonly #open = new Map<string, Open>()
  clock = 0
  changes = 0
  readonly names = new ReverseNames(
    (address) => this.#ask(address),
    () => this.clock,
  )

  constructor() {
    this.names.onChange = () => (this.changes += 1)
  }

  get running(): number {
    return this.#open.size
  }

  async answer(address: string, ...names: readonly string[]): Promise<void> {
    this.#open.get(address)!.resolve(names)
    await this.#settled(address)
  }

  async fail(address: string, code: string): Promise<void> {
    this.#open.get(address)!.reject(Object.assign(new Error(code), { code }))
    await this.#settled(address)
  }

  async #settled(address: string): Promise<void> {
    this.#open.delete(address)
    await new Promise((resolve) => setImmediate(resolve))
  }

  #ask(address: string): Promise<readonly string[]> {
    this.asked.push(address)
    return new Promise((resolve, reject) => this.#open.set(address, { resolve, reject }))
  }
}
const address = (n: number) => `192.0.${n >> 8}.${n & 255}`

describe('names of addresses', () => {
  test('there is none at first, one question an address, and the screen is told of its answer', async () => {
    const dns = new Resolver()
    expect(dns.names.nameOf('192.0.2.1')).toBeUndefined()
    expect(dns.names.nameOf('192.0.2.1')).toBeUndefined()
    expect(dns.asked).toEqual(['192.0.2.1'])
    await dns.answer('192.0.2.1', 'web.example', 'other.example')
    expect(dns.names.nameOf('192.0.2.1')).toBe('web.example')
    expect(dns.changes).toBe(1)
  })

  test('a hostile name is cleaned and cut', async () => {
    const dns = new Resolver()
    dns.names.nameOf('192.0.2.1')
    await dns.answer('192.0.2.1', `a\x1b]0;owned\x07\u202eb${'x'.repeat(300)}`)
    const name = dns.names.nameOf('192.0.2.1')!
    expect(name).toMatch(/^a\ufffd]0;owned\ufffd\ufffdbx+…$/)
    expect(name).toHaveLength(screenLimits.dnsNameLength)
  })

  test('an address without a name is an answer; an old name is asked for again and stands meanwhile', async () => {
    const dns = new Resolver()
    dns.names.nameOf('192.0.2.1')
    dns.names.nameOf('192.0.2.2')
    await dns.fail('192.0.2.1', 'ENOTFOUND')
    await dns.answer('192.0.2.2', 'web.example')
    dns.clock += screenLimits.noNameKeptMs
    dns.names.nameOf('192.0.2.1')
    dns.names.nameOf('192.0.2.2')
    expect(dns.asked).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.1'])
    dns.clock += screenLimits.nameKeptMs
    expect(dns.names.nameOf('192.0.2.2')).toBe('web.example')
    expect(dns.asked.at(-1)).toBe('192.0.2.2')
    await dns.fail('192.0.2.2', 'ETIMEOUT')
    expect(dns.names.nameOf('192.0.2.2')).toBe('web.example')
    expect(dns.names.problem).toBeUndefined()
  })

  test('questions at once, those waiting and names kept are bounded', async () => {
    const dns = new Resolver()
    const { namesAskedAtOnce, namesWaitingMax, namesKeptMax } = screenLimits
    const many = namesAskedAtOnce + namesWaitingMax + 1
    for (let n = 0; n < many; n++) dns.names.nameOf(address(n))
    expect(dns.running).toBe(namesAskedAtOnce)
    while (dns.running > 0) await dns.answer(dns.asked.at(-dns.running)!, 'some.example')
    // One had to go: the one that had waited longest.
    expect(dns.asked).toHaveLength(many - 1)
    expect(dns.asked).not.toContain(address(namesAskedAtOnce))
    for (let n = 0; n <= namesKeptMax; n++) {
      const one = `10.1.${n >> 8}.${n & 255}`
      dns.names.nameOf(one)
      await dns.answer(one, 'kept.example')
    }
    expect(dns.names.nameOf('10.1.0.1')).toBe('kept.example')
    expect(dns.names.nameOf('10.1.0.0')).toBeUndefined()
  })

  test('where nobody answers it says so, until somebody does', async () => {
    const dns = new Resolver()
    for (let n = 0; n < screenLimits.namesAskedAtOnce; n++) {
      dns.names.nameOf(address(n))
      expect(dns.names.problem).toBeUndefined()
      await dns.fail(address(n), 'ECONNREFUSED')
    }
    expect(dns.names.problem).toBe('ECONNREFUSED')
    dns.names.nameOf(address(999))
    await dns.fail(address(999), 'ENOTFOUND')
    expect(dns.names.problem).toBeUndefined()
  })

  test.each([
    '127.0.0.1',
    '0.0.0.0',
    '224.0.0.251',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'ff02::fb',
  ])('%s is asked of nobody', (text) => {
    const dns = new Resolver()
    dns.names.nameOf(text)
    expect(dns.asked).toEqual([])
  })
})
