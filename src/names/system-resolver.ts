import { promises as dns } from 'node:dns'
import type { LookUp } from './reverse-names.ts'

const timeoutMs = 2_000

/** Asks the name servers that this host asks, in threads of nobody: it holds up nothing. */
export function systemLookUp(): LookUp {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 2 })
  return (address) => resolver.reverse(address)
}
