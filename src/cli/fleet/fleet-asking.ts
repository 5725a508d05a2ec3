import { askFleet } from '../../fleet/ask-fleet.ts'
import type { Arguments } from '../arguments.ts'
import type { AskedHosts } from '../query/answering.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that answers. @throws FleetError */
export async function fleetAsking(options: Arguments['options']): Promise<AskedHosts> {
  const fleet = await openFleet(options)
  return {
    asking: {
      ask: (question, asking) => askFleet(fleet, question, asking),
      records: () => {
        throw new Error('not yet')
      },
    },
    close: () => fleet.close(),
  }
}
