// Not in the bundle, and a fifth of a second to load: only programs that use SSH pay for it.
const { default: ssh2 } = await import('ssh2')
export const { BaseAgent, Client, createAgent, utils } = ssh2
