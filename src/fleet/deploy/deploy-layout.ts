/** Whose the program is to be on a host. */
export type DeployPlace = 'user' | 'system'

/**
 * Directory of all that is deployed, as a word of a shell there. In it are the program by its version (another build is
 * another name), a stable link to the one that is used, and a list of what was written.
 */
export const baseOf: Readonly<Record<DeployPlace, string>> = {
  user: '"$HOME/.local/share/e2etop"',
  system: '/opt/e2etop',
}
export const currentLink = 'current'
/** What was written, a line each, so that all of it and nothing else can be removed. */
export const manifest = 'deployed'
/** So that anyone there can say `e2etop`. */
export const commandLink = '/usr/local/bin/e2etop'

/** What a console runs on a host: the program that was deployed, else the one that is installed. */
export const serveCommand = `sh -c 'PATH=${baseOf.user}/${currentLink}:${baseOf.system}/${currentLink}:$PATH; exec e2etop serve --stdio'`

export interface FoundNode {
  readonly path: string
  readonly version: string
}

/** Starts the program with the Node.js beside it, wherever that directory is. */
export const startScript = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/dist/e2etop.mjs" "$@"
`
