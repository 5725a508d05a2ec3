import { FleetAsking } from '../../fleet/fleet-asking.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { markSeldom } from '../lean-memory.ts'
import { openFleet } from './open-fleet.ts'

/** The hosts of `-H` as one that answers. @throws FleetError */
export async function askedFleet(options: Arguments['options']): Promise<FleetAsking> {
  markSeldom()
  return new FleetAsking(await openFleet(options), { requireAll: options.has('require-all') })
}
