import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { renderFilterError } from '../../../src/query/filter/filter-error.ts'
import { formatFilter } from '../../../src/query/filter/format-filter.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import { cellWidth } from '../../../src/ui/text/cells.ts'

function canonical(text: string): string {
  const parsed = parseFilter(text)
  return parsed.ok ? formatFilter(parsed.filter) : parsed.error.message
}

function errorOf(text: string) {
  const parsed = parseFilter(text)
  if (parsed.ok) throw new Error(`'${text}' is a filter`)
  return parsed.error
}

test.each([
  ['tcp or udp and port 53', true],
  ['tcp or udp port 53', true],
  ['not (tcp or udp and port 53)', true],
  ['(tcp or udp) and port 53', false],
  ['tcp and port 53 or udp', false],
  ['tcp or (udp and port 53)', false],
])('whether `and` follows `or` in %s is told: %s', (text, isMixed) => {
  expect(parseFilter(text)).toMatchObject({ ok: true, isMixed })
})

describe('canonical text', () => {
  test.each([
    ['tcp or udp and port 53', '(tcp or udp) and port 53'],
    ['tcp and port 53 or udp', '(tcp and port 53) or udp'],
    ['tcp port 53 udp or icmp', '(tcp and port 53 and udp) or icmp'],
    ['tcp && (port 53 && udp) || (icmp)', '(tcp and port 53 and udp) or icmp'],
    ['not tcp udp', 'not tcp and udp'],
    ['not (tcp udp)', 'not (tcp and udp)'],
    ['!tcp', 'not tcp'],
    ['not not tcp', 'not not tcp'],
    ['TCP AND NOT Port 80', 'tcp and not port 80'],
    ['((tcp))', 'tcp'],
    ['src 10.1.2.3/8', 'src net 10.0.0.0/8'],
    ['src net 10.1.2.3', 'src host 10.1.2.3'],
    ['local_port=80', 'local port 80'],
    ['remote_ip in [10.0.0.1 ::ffff:10.0.0.2]', 'remote host (10.0.0.1,10.0.0.2)'],
    ['host 2001:DB8:0:0::1', 'host 2001:db8::1'],
    ['port (80, 443 8000-8999)', 'port (80,443,8000-8999)'],
    ['bytes>10000k', 'bytes > 10M'],
    ['bytes > 1.5kb', 'bytes > 1500'],
    ['bytes > 1048576', 'bytes > 1Mi'],
    ['bytes 0', 'bytes 0'],
    ['rtt < 0.5s', 'rtt < 500ms'],
    ['rtt < 1500µs', 'rtt < 1500us'],
    ['user != bob', 'not user bob'],
    ['user == bob', 'user bob'],
    [`process 'a "b" c'`, 'process "a \\"b\\" c"'],
    ['process "nginx"', 'process nginx'],
    ['process "nginx*"', 'process "nginx*"'],
    ['process "not"', 'process "not"'],
    ['process in', 'process in'],
    ['process tcp', 'process tcp'],
    ['cgroup /a\\x2db.slice/*', 'cgroup /a\\x2db.slice/*'],
    ['proto 47', 'proto gre'],
    ['country (de, Germany, "united states", Private)', 'country (DE,DE,US,private)'],
    ['remote_as 13335', 'as 13335'],
    ['state ESTABLISHED', 'state established'],
  ])('of `%s` is `%s`', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })
})

describe('an error', () => {
  // Text with the marked part between carets, message, near miss.
  test.each([
    ['', '^^', 'missing', 'the filter ends too early', undefined],
    ['tcp and ', 'tcp and ^^', 'missing', 'the filter ends too early', undefined],
    ['port 80 adn tcp', 'port 80 ^adn^ tcp', 'unknown-word', "there is no word 'adn'", 'and'],
    ['prot 80', '^prot^ 80', 'unknown-word', "there is no word 'prot'", 'port'],
    ['prt 80', '^prt^ 80', 'unknown-word', "there is no word 'prt'", 'port'],
    ['proc a', '^proc^ a', 'unknown-word', "there is no word 'proc'", 'process'],
    ['port 80 or 443', 'port 80 or ^443^', 'unknown-word', "there is no word '443'", 'port 443'],
    ['10.0.0.1', '^10.0.0.1^', 'unknown-word', "there is no word '10.0.0.1'", 'host 10.0.0.1'],
    ['zzz\u001b[2J', '^zzz\u001b^[2J', 'unknown-word', "there is no word 'zzz\ufffd'", undefined],
    ['port https', 'port ^https^', 'bad-value', "`port` cannot be 'https'", undefined],
    ['port 65536', 'port ^65536^', 'bad-value', "`port` cannot be '65536'", undefined],
    ['port 90-80', 'port ^90-80^', 'bad-value', "`port` cannot be '90-80'", '80-90'],
    ['port 1-2-3', 'port ^1-2-3^', 'bad-value', "`port` cannot be '1-2-3'", undefined],
    ['port > (80)', 'port > ^(^80)', 'missing', '`port` has no value', undefined],
    ['port > 1-2', 'port > ^1-2^', 'bad-value', "`port` cannot be '1-2'", undefined],
    ['rtt > 50', 'rtt > ^50^', 'bad-value', "`rtt` cannot be '50'", '50ms'],
    ['rtt 0.1us', 'rtt ^0.1us^', 'bad-value', "`rtt` cannot be '0.1us'", undefined],
    ['pid 10k', 'pid ^10k^', 'bad-value', "`pid` cannot be '10k'", undefined],
    ['bytes > 9Pi000', 'bytes > ^9Pi000^', 'bad-value', "`bytes` cannot be '9Pi000'", undefined],
    ['bytes > 10P', 'bytes > ^10P^', 'bad-value', "`bytes` cannot be '10P'", undefined],
    ['host web1', 'host ^web1^', 'bad-value', "`host` cannot be 'web1'", undefined],
    [
      'net 10.0.0.0/33',
      'net ^10.0.0.0/33^',
      'bad-value',
      "`net` cannot be '10.0.0.0/33'",
      undefined,
    ],
    ['net 10', 'net ^10^', 'bad-value', "`net` cannot be '10'", undefined],
    ['state estab', 'state ^estab^', 'bad-value', "`state` cannot be 'estab'", 'established'],
    ['country germny', 'country ^germny^', 'bad-value', "`country` cannot be 'germny'", 'DE'],
    ['country privat', 'country ^privat^', 'bad-value', "`country` cannot be 'privat'", 'private'],
    ['country DX', 'country ^DX^', 'bad-value', "`country` cannot be 'DX'", undefined],
    ['contry DE', '^contry^ DE', 'unknown-word', "there is no word 'contry'", 'country'],
    ['proto tpc', 'proto ^tpc^', 'bad-value', "`proto` cannot be 'tpc'", 'tcp'],
    ['user > 5', 'user ^>^ 5', 'stray', '`user` cannot be compared by `>`', undefined],
    ['user', 'user^^', 'missing', '`user` has no value', undefined],
    ['user and port 80', 'user ^and^ port 80', 'missing', '`user` has no value', '"and"'],
    ['port ()', 'port (^)^', 'missing', '`port` has no value', undefined],
    ['port (80,,443)', 'port (80,^,^443)', 'missing', '`port` has no value', undefined],
    ['port (80,)', 'port (80,^)^', 'missing', '`port` has no value', undefined],
    ['port (80', 'port (80^^', 'missing', 'the set of `port` is not closed', undefined],
    ['port (80]', 'port (80^]^', 'missing', 'the set of `port` is not closed', undefined],
    ['src', 'src^^', 'missing', 'after `src` something is missing', undefined],
    ['src tcp', 'src ^tcp^', 'bad-value', "'tcp' cannot follow `src`", undefined],
    ['local 22', 'local ^22^', 'bad-value', "'22' cannot follow `local`", 'port 22'],
    [
      'src local_port 22',
      'src ^local_port^ 22',
      'bad-value',
      "'local_port' cannot follow `src`",
      undefined,
    ],
    ['src prt 22', 'src ^prt^ 22', 'bad-value', "'prt' cannot follow `src`", 'port'],
    ['(tcp', '(tcp^^', 'unclosed', 'the `(` at character 1 is not closed', undefined],
    ['tcp)', 'tcp^)^', 'stray', "')' cannot stand here", undefined],
    ['(tcp]', '(tcp^]^', 'stray', "']' cannot stand here", undefined],
    ['tcp, udp', 'tcp^,^ udp', 'stray', "',' cannot stand here", undefined],
    ['tcp > 5', 'tcp ^>^ 5', 'stray', "'>' cannot stand here", undefined],
    [
      'tcp and or udp',
      'tcp and ^or^ udp',
      'stray',
      "'or' is no word of the filter language",
      undefined,
    ],
    ['tcp & udp', 'tcp ^&^ udp', 'stray', "'&' cannot stand here", undefined],
    ['process "a', 'process ^"a^', 'unclosed', 'the quoted text has no end', undefined],
    ['tcp "a', 'tcp ^"a^', 'unclosed', 'the quoted text has no end', undefined],
    ['"a', '^"a^', 'unclosed', 'the quoted text has no end', undefined],
    ['tcp "a"', 'tcp ^"a"^', 'stray', "'a' cannot stand here", undefined],
  ])('of `%s` points at %s', (text, marked, kind, message, nearMiss) => {
    const error = errorOf(text)
    const { at, length } = error
    const shown = `${text.slice(0, at)}^${text.slice(at, at + length)}^${text.slice(at + length)}`
    expect(shown).toBe(marked)
    expect(error).toMatchObject({ kind, message, nearMiss })
  })

  test('is shown with a caret under the word, what was likely meant and what is expected', () => {
    const text = 'port 80 adn process nginx'
    expect(renderFilterError(text, errorOf(text), { cellWidth })).toBe(
      [
        '  port 80 adn process nginx',
        '          ^^^',
        "there is no word 'adn'; did you mean 'and'?",
        'Expected: `and`, `or` or another word such as host, port, process or user.',
      ].join('\n'),
    )
  })

  test('stands under its word also after wide characters, line breaks and escape sequences', () => {
    const text = 'process "日本\u001b[2J\n" prt 80'
    const [shown, carets] = renderFilterError(text, errorOf(text), { cellWidth }).split('\n')
    expect(shown).toBe('  process "日本\ufffd[2J " prt 80')
    expect(carets).toBe(`${' '.repeat(2 + 'process "1234.[2J " '.length)}^^^`)
  })

  test('in a long filter shows what is around it', () => {
    const text = `${'tcp and '.repeat(40)}prt 80${' and tcp'.repeat(40)}`
    const [shown = '', carets = ''] = renderFilterError(text, errorOf(text), { cellWidth }).split(
      '\n',
    )
    expect(shown).toMatch(/^ {2}….{60}prt.{60}…$/)
    expect(shown.slice(carets.indexOf('^'))).toMatch(/^prt/)
  })
})

describe('a filter at a limit is taken and one past it is refused', () => {
  const cases: readonly (readonly [string, number, (n: number) => string])[] = [
    ['characters', limits.filterLength, (n) => `process ${'a'.repeat(n - 8)}`],
    ['parentheses', limits.filterDepth, (n) => '('.repeat(n) + 'tcp' + ')'.repeat(n)],
    ['negations', limits.filterDepth, (n) => '!'.repeat(n) + 'tcp'],
    // Without a parenthesis: each change of the joint nests one deeper.
    [
      'joints that change',
      limits.filterDepth,
      (n) =>
        'tcp' +
        ' or udp and tcp'
          .repeat(n)
          .split(' ')
          .slice(0, 2 * n + 1)
          .join(' '),
    ],
    ['conditions', limits.filterTerms, (n) => Array(n).fill('tcp').join(' or ')],
    ['values', limits.filterSetSize, (n) => `port (${Array(n).fill('80').join()})`],
  ]
  test.each(cases)('%s: %d', (_what, max, make) => {
    expect(parseFilter(make(max))).toMatchObject({ ok: true })
    expect(errorOf(make(max + 1))).toMatchObject({ kind: 'limit' })
  })
})
