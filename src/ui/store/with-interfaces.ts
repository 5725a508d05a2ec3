import type { Interfaces } from '../../model/host-interface.ts'
import type { Coverage } from '../../query/session.ts'
import type { Heard } from './answers.ts'

/** Coverage with what is known of interfaces at its time, and what is not. */
export function withInterfaces({ coverage, interfaces }: Heard): Coverage | undefined {
  return coverage && { ...coverage, interfaces: interfacesFor(coverage, interfaces) }
}

function interfacesFor({ past }: Coverage, interfaces: Interfaces | undefined): Interfaces {
  if (past?.fromCase !== undefined)
    return {
      known: [],
      missing: ['A case holds addresses, and not which interfaces they were of.'],
    }
  const known = interfaces?.known ?? []
  if (!past) return { known, missing: interfaces?.missing ?? [] }
  const now = 'Interfaces are by the addresses they have now: the log does not hold them.'
  return { known, missing: [now, ...(interfaces?.missing ?? [])] }
}
