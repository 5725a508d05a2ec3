import { counterWords } from './counter-words.ts'
import { endWords } from './end-words.ts'
import { kindWords } from './kind-words.ts'
import { ownerWords } from './owner-words.ts'
import { whereaboutsWords } from './whereabouts-words.ts'
import type { WordSpec } from './word-spec.ts'

const sections: readonly (readonly [string, Readonly<Record<string, WordSpec>>])[] = [
  ['Addresses and ports', endWords],
  ['Country and network of the other end', whereaboutsWords],
  ['Owners', ownerWords],
  ['Kinds of flow', kindWords],
  ['Counters', counterWords],
]

const introduction = `A filter says which flows are meant, in the words of tcpdump and nfdump, and by owner:

  e2etop --where 'user alice and not remote net 10.0.0.0/8'
`

const rules = `Joining
  and or not ( )  also && || !. Words side by side are joined by \`and\`. \`and\` and \`or\` bind alike,
                  from left to right, as in tcpdump: \`a or b and c\` is \`(a or b) and c\`

Values
  port (80,443)   any of a set, after every word; also \`port in [80 443]\`
  port 8000-8999  a range of numbers, both ends included
  bytes > 10M     > >= < <= of numbers; = and != after every word, and \`!=\` is \`not\`
  10k 1.5M 2Gi    k M G T P are powers of 1000, Ki Mi Gi Ti Pi of 1024; times are in us, ms, s
  process nginx*  * is any characters, / too; ? is one; upper and lower case differ
  process "a b"   a quoted text is taken as it is, also * and ?; \\ keeps a quote inside
  net 10/8        a network by its length, also after host; an IPv6 one holds no IPv4 address
  country DE      or \`country germany\`: where the address is registered, not where the machine is;
                  who answers looks it up in the database that came with its e2etop
  src 10.0.0.1    src, dst, local and remote take host, net, port, or an address at once

What a flow does not have matches nothing: UDP has no rtt, so neither \`rtt < 50ms\` nor
\`rtt >= 50ms\` matches it, and \`not rtt < 50ms\` does. src and dst need a flow whose opener is known,
port needs TCP, UDP, UDP-Lite, SCTP or DCCP, and owner words need a process: the one that used the
socket last. \`process kernel\` means the kernel's own sockets too, \`owner kernel\` nothing else, and
\`owner unknown\` flows whose process is not known. Nothing is looked up in DNS or /etc/services.
`

/** What \`e2etop help filter\` prints: the language, from the table that the parser uses. */
export function grammarPage(): string {
  return [introduction, ...sections.map(([title, specs]) => section(title, specs)), rules].join(
    '\n',
  )
}

const wordWidth = 14
const exampleAt = 56

/** A line for each word, its example behind it or, where that does not fit, below. */
function section(title: string, specs: Readonly<Record<string, WordSpec>>): string {
  const lines = Object.entries(specs).map(([word, { help, aliases = [], example }]) => {
    const also = aliases.length === 0 ? '' : ` (or ${aliases.join(', ')})`
    const line = `  ${word.padEnd(wordWidth)}${help}${also}`
    if (example === word) return `${line}\n`
    const isShort = line.length + 2 <= exampleAt
    const gap = isShort ? line.padEnd(exampleAt) : `${line}\n${' '.repeat(exampleAt)}`
    return `${gap}${example}\n`
  })
  return `${title}\n${lines.join('')}`
}
