import type { Filter } from '../../query/filter/filter.ts'
import { renderFilterError } from '../../query/filter/filter-error.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { parseFilter } from '../../query/filter/parse-filter.ts'
import type { Session } from '../../query/session.ts'
import { whereaboutsTold } from '../../query/whereabouts.ts'
import { cellWidth } from '../../ui/text/cells.ts'
import { UsageError } from './usage-error.ts'

/** The filter of --where; undefined where it is not given. @throws UsageError that points at the wrong word. */
export function parseWhere(text: string | undefined): Filter | undefined {
  if (text === undefined) return undefined
  const parsed = parseFilter(text)
  if (parsed.ok) {
    if (parsed.isMixed)
      process.stderr.write(
        `e2etop: the filter is read from left to right: ${formatFilter(parsed.filter)}\n`,
      )
    return parsed.filter
  }
  const where = renderFilterError(text, parsed.error, { cellWidth })
  throw new UsageError(
    `the filter of --where is not understood:\n${where}\n\`e2etop help filter\` explains filters.`,
  )
}

/** The same, of what is matched in this process: that it can be. @throws UsageError */
export function parseOwnWhere(text: string | undefined): Filter | undefined {
  const where = parseWhere(text)
  const told = where && whereaboutsTold({ where })
  if (told?.kind === 'missing')
    throw new UsageError(`the filter of --where asks for a country or an AS: ${told.why}`)
  return where
}

/** A recorder whose session answers every query for the flows of a filter only. */
export function filtered<R extends { readonly session: Session }>(
  recorder: R,
  where: Filter | undefined,
): R {
  if (!where) return recorder
  const { session } = recorder
  return {
    ...recorder,
    session: {
      ask: (query) => session.ask({ ...query, where }),
      watch: (query, every) => session.watch({ ...query, where }, every),
      close: () => session.close(),
    },
  }
}
