import { MalformedError, list, object, oneOf, text } from '../../model/json-fields.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import { formatFilter } from '../filter/format-filter.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import type { Query } from '../session.ts'
import { groupKey } from '../encoding/group-key.ts'
import type { GroupKey } from '../question.ts'

export type DecodedQuery =
  { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly why: string }

/** The question of a live view as it travels; a filter goes as its text. Which host it is for, its sender knows. */
export function encodeLiveQuery(query: Query): Uint8Array {
  const { where, host: _host, ...rest } = query
  const filter = where === undefined ? {} : { where: formatFilter(where) }
  return new TextEncoder().encode(JSON.stringify({ ...rest, ...filter }))
}

interface QueryFields {
  readonly kind: Query['kind']
  readonly by: readonly GroupKey[]
  readonly where: string | undefined
}

const fields = object<QueryFields>({
  kind: oneOf(['flows', 'totals']),
  by: (value, where) =>
    value === undefined ? [] : list(groupKey, limits.questionKeysMax)(value, where),
  where: (value, where) => (value === undefined ? undefined : text((one) => one)(value, where)),
})

export function decodeLiveQuery(bytes: Uint8Array): DecodedQuery {
  if (bytes.length > fleetLimits.serveJsonBytesMax) return { ok: false, why: 'it is too long' }
  try {
    const { kind, by, where } = fields(JSON.parse(new TextDecoder().decode(bytes)), 'query')
    const filter = where === undefined ? undefined : parseFilter(where)
    if (filter && !filter.ok) return { ok: false, why: 'its filter is not understood here' }
    return {
      ok: true,
      query: {
        ...(kind === 'flows' ? { kind } : { kind, by }),
        ...(filter && { where: filter.filter }),
      },
    }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, why: 'it is not JSON' }
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}
