/** Many hosts over SSH. */
export { askedFleet } from '../fleet/asked-fleet.ts'
export { deploy } from '../fleet/deploy.ts'
export { hosts } from '../fleet/hosts.ts'
export { watchedFleet } from '../fleet/watched-fleet.ts'
