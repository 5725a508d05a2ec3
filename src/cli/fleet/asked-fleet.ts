import { FleetAsking } from '../../fleet/fleet-asking.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that answers. @throws FleetError */
export const askedFleet = async (options: Arguments['options']): Promise<FleetAsking> =>
  new FleetAsking(await openFleet(options), { requireAll: options.has('require-all') })
