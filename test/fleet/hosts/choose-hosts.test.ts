import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseHosts } from '../../../src/fleet/hosts/choose-hosts.ts'
import { decodeFleetConfig } from '../../../src/fleet/hosts/fleet-config.ts'
import { sshConfigNames } from '../../../src/fleet/hosts/ssh-config-names.ts'
import { fleetLimits } from '../../../src/model/fleet-limits.ts'

const sources = {
  known: ['web1', 'web2', 'db1'],
  groups: new Map([
    ['web', ['web*']],
    ['all', ['@web', 'db1', 'web1']],
    ['loop', ['@loop']],
  ]),
  unread: [],
  listed: () => 'a1 a2\na3,a1\n',
}
const chosen = (text: string) => chooseHosts(text, sources)

describe('the hosts of -H', () => {
  test('are names, patterns, groups and stdin, each once and in order', () => {
    expect(chosen('web2,new1')).toEqual(['web2', 'new1'])
    expect(chosen('web*,web1')).toEqual(['web1', 'web2'])
    expect(chosen('@all')).toEqual(['web1', 'web2', 'db1'])
    expect(chosen('x1,-')).toEqual(['x1', 'a1', 'a2', 'a3'])
    const listed = () => '# mine\nweb1 # first\n\n@all,db*\nx#1'
    expect(() => chooseHosts('-', { ...sources, listed })).toThrow("'x#1' is no host name")
    const list = () => listed().replace('x#1', '')
    expect(chooseHosts('-', { ...sources, listed: list })).toEqual(['web1', 'web2', 'db1'])
    expect(chosen('alice@web1,[web1]:2222,10.0.0.1,fe80::1%eth0')).toHaveLength(4)
  })

  test('words that mean no host are named', () => {
    expect(() => chosen('x*')).toThrow('no known host matches x*')
    expect(() => chosen('@no')).toThrow('there is no group @no')
    expect(() => chosen('@loop')).toThrow('@loop contains itself')
    expect(() => chosen(',')).toThrow('names no host')
  })

  test('a group may be in a file that the user may not read', () => {
    const unread = ['/etc/e2etop/fleet.json']
    const refused = { next: expect.stringContaining('You may not read /etc/e2etop/fleet.json.') }
    expect(() => chooseHosts('@no', { ...sources, unread })).toThrow(
      expect.objectContaining(refused),
    )
  })

  test('no word can be an option of ssh, or break a line', () => {
    for (const word of ['-oProxyCommand=x', 'a b', 'a;b', '$(x)', 'a\nb', '\x1b[2J'])
      expect(() => chosen(word)).toThrow('no host name')
    expect(() => chooseHosts('-', { ...sources, listed: () => '-oProxyCommand=x' })).toThrow(
      'no host name',
    )
  })

  test('are at most as many as the limit', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `h${i}`).join()
    expect(chosen(names(fleetLimits.fleetHostsMax))).toHaveLength(fleetLimits.fleetHostsMax)
    expect(() => chosen(names(fleetLimits.fleetHostsMax + 1))).toThrow('past the limit')
  })
})

describe('names of ssh_config', () => {
  test('are those of Host lines without patterns, of included files too', () => {
    const home = mkdtempSync(join(tmpdir(), 'e2etop-names-'))
    try {
      mkdirSync(join(home, '.ssh/more'), { recursive: true })
      const main = join(home, '.ssh/config')
      writeFileSync(
        main,
        'Host web1 "web2" *.org !x\n  HostName a\nInclude more/*.conf\nhost=db1\nMatch host y\nInclude config\n',
      )
      writeFileSync(join(home, '.ssh/more/a.conf'), 'Host inner\n')
      writeFileSync(join(home, '.ssh/more/b.txt'), 'Host not-included\n')
      expect(sshConfigNames([main], home)).toEqual(['web1', 'web2', 'inner', 'db1'])
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})

describe('a config of hosts', () => {
  test('has groups and a command, and nothing that is not known', () => {
    const decoded = decodeFleetConfig('{"groups":{"web":["web1"]},"command":"x"}')
    expect(decoded).toEqual({
      ok: true,
      config: { groups: new Map([['web', ['web1']]]), marks: new Map(), command: 'x' },
    })
    expect(decodeFleetConfig('{"group":{}}')).toEqual({
      ok: false,
      why: "there is no setting 'group'",
    })
    expect(decodeFleetConfig('{"groups":{"web":"web1"}}')).toMatchObject({ ok: false })
    expect(decodeFleetConfig('{"groups":[]}')).toMatchObject({ ok: false })
    expect(decodeFleetConfig('{')).toMatchObject({ ok: false })
    expect(decodeFleetConfig('[]')).toMatchObject({ ok: false })
    expect(decodeFleetConfig('{"__proto__":{"groups":{}}}')).toMatchObject({ ok: false })
  })
})
