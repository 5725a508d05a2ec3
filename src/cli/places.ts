/** Where things are on an installed host; each has an option of its own. */
export const defaultDataDirectory = '/var/lib/e2etop'
export const defaultLiveSocket = '/run/e2etop/all.sock'
