import { asOf, countryOf, whereaboutsHere } from '../../model/whereabouts/known-whereabouts.ts'
import { codesByName, countryCodes, countryName } from '../../model/whereabouts/country-codes.ts'
import { noWhereabouts } from '../../model/whereabouts/whereabouts.ts'
import type { WordSpec } from './word-spec.ts'

/** What is looked up of the remote address by the host that answers. */
export const whereaboutsWords = {
  country: {
    kind: 'choice',
    aliases: ['remote_country'],
    choices: [...noWhereabouts, ...countryCodes],
    alternative: (text) => codesByName().get(text),
    spellings: () => [...codesByName().keys()],
    described: (choice) => (choice.length === 2 ? countryName(choice) : ''),
    expected: `two letters of ISO 3166 such as DE, or ${noWhereabouts.join(', ')}`,
    reads: ['remoteAddress'],
    of: ({ remoteAddress }) => countryOf(remoteAddress) ?? '',
    help: 'where the other end is registered',
    example: 'not country (DE,AT,CH,private)',
  },
  as: {
    kind: 'text',
    aliases: ['remote_as'],
    reads: ['remoteAddress'],
    of: ({ remoteAddress }) => asTexts(remoteAddress),
    help: 'number or name of its network',
    example: 'as (13335,AS15169,*Telekom*)',
  },
} as const satisfies Record<string, WordSpec>

/** `13335`, `AS13335` and the name of who runs it; of an address without an AS why it has none. */
function asTexts(address: Uint8Array): readonly string[] {
  const found = asOf(address)
  if (found === null) return []
  if (typeof found === 'string') return [found]
  const name = whereaboutsHere()?.asName(found)
  return [String(found), `AS${found}`, ...(name === undefined ? [] : [name])]
}
