/** LINKTYPE_ numbers of what a live interface gives; `walkPacket` knows more. */
export const linkType = { ethernet: 1, raw: 101, cooked: 113 } as const

/** By the names that cap has for them; undefined for others (Wi-Fi in monitor mode, InfiniBand). */
export const linkTypeOf = (name: string): number | undefined =>
  ({ ETHERNET: linkType.ethernet, RAW: linkType.raw, LINKTYPE_LINUX_SLL: linkType.cooked })[name]
