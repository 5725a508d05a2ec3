/** Under sudo: the user who asked, as whom everything but capture runs. */
export interface InvokingUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Undefined where the process is not root, or root itself asked. */
export function invokingUser(env: NodeJS.ProcessEnv): InvokingUser | undefined {
  const { SUDO_UID: uid, SUDO_GID: gid, SUDO_USER: name } = env
  if (process.geteuid?.() !== 0) return undefined
  if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined
  return Number(uid) === 0 ? undefined : { name, uid: Number(uid), gid: Number(gid) }
}

/**
 * Leaves root for good, but for a group whose members may do what was begun as root: reach a recorder again that is
 * started anew. Never root's own group. Throws where the system refuses.
 */
export function becomeUser({ name, uid, gid }: InvokingUser, keptGroup = 0): void {
  // In Node since 0.9.4, but not in its type definitions.
  const { initgroups } = process as { initgroups?: (user: string, group: number) => void }
  initgroups?.(name, gid)
  if (keptGroup !== 0) process.setgroups?.([...(process.getgroups?.() ?? []), keptGroup])
  process.setgid?.(gid)
  process.setuid?.(uid)
}
