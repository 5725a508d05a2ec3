/**
 * How much of a flow the wire shows. `encrypted`: addresses and ports of the program's own conversation, not what it
 * says. `opaque`: a tunnel; not even who talks to whom. `headers-only`: no byte of payload was captured by which to
 * tell. `clear`: no encryption that is known here; a secret format of somebody's own would look the same.
 */
export const opacities = ['clear', 'encrypted', 'opaque', 'headers-only'] as const
export type Opacity = (typeof opacities)[number]

/** Every packet is in exactly one: what its innermost flow is, no IP at all, or nothing that could be read. */
export const trafficClasses = [...opacities, 'not-ip', 'undecoded'] as const
export type TrafficClass = (typeof trafficClasses)[number]

/** Packets, and all their bytes on the wire. */
export interface Traffic {
  readonly packets: number
  readonly wireBytes: number
}

/** Packets that passed and that nobody could count in full. */
export interface PacketLoss {
  /** Packets that the kernel had and that were never read; undefined where it cannot be asked. */
  readonly dropped: number | undefined
  /** Packets whose length on the wire nothing says: they count with what was captured of them. */
  readonly unmeasured: number
}

/**
 * Where an interface stands. `outer`: what leaves by it leaves the host, so that packets of the host as a whole are
 * those of its outer interfaces, each once. `loopback`: nothing leaves. `tunnel`: its packets leave once more, wrapped,
 * by another. `upper`: its packets are also those of an interface below (bridge, VLAN, bond). `inside`: it leads to a
 * container or a virtual machine of this host.
 */
export const interfaceKinds = ['outer', 'loopback', 'tunnel', 'upper', 'inside'] as const
export type InterfaceKind = (typeof interfaceKinds)[number]
