/** The bounds of what reads packets, and of studies of a site; see `limits.ts` for all others. */
export const wireLimits = {
  /** Flows of the wire view: about 30 MB. At one more a sixteenth of them, silent for longest, goes into sums. */
  wireFlowsMax: 262_144,
  /** IP headers inside one another in one packet; what lies deeper belongs to the deepest of these. */
  wireIpLayersMax: 8,
  /** Headers of one packet that are walked, VLAN tags and IPv6 extensions included. */
  wireHeadersMax: 32,
  /** Fragmented packets whose first fragment is remembered, to know the flow of the others. */
  wireFragmentsMax: 4_096,
  /** Captured bytes of a packet of a pcap file (libpcap's MAXIMUM_SNAPLEN); more means that the file is damaged. */
  wirePacketBytesMax: 262_144,
  /** A block of a pcapng file that is read; a longer one is skipped, and counted where it is a packet. */
  wireBlockBytesMax: 16 * 1024 * 1024,
  /** Interfaces of a pcapng section; packets of further ones are counted as a defect. */
  wireInterfacesMax: 4_096,
  /** Flows in a table for eyes; JSON has all. */
  wireRowsShown: 1_000,
  /** Kinds of packets without IP that are counted apart. */
  wireEthertypesMax: 64,
  /** Bytes of each packet that the live wire view copies: all headers of a tunnel in a tunnel, and what tells TLS. */
  liveSnapBytes: 192,
  /** The kernel's rings of all open interfaces together, while they are open: some 4,000 packets. */
  liveRingBytes: 256 * 1024 * 1024,
  /** The least of one of them. */
  liveRingBytesMin: 4 * 1024 * 1024,
  /** Interfaces that are looked at at once. */
  liveInterfacesMax: 64,
  /** How much longer than asked a look may last where no tick of a recorder ends it. */
  lookOverrunMs: 5_000,
  /** Pairs of hosts, a service each, of a study: some 200 MB. What further ones said counts as not seen. */
  studyEdgesMax: 1_000_000,
  /** Captures and logs of one study. */
  studyInputsMax: 10_000,
  /** Connections past NAT that are remembered, some 60 MB; of more the oldest are let go, and that is said. */
  translationsMax: 131_072,
  /** New connections past NAT that wait to be read: some 10,000. */
  translationBufferBytes: 8 * 1024 * 1024,
  /** Bytes of packets that wait for the recorder to tell whose they are: a second of 1 Gbit/s. */
  captureHeldBytesMax: 128 * 1024 * 1024,
  /** Bytes of each packet that a capture keeps: all that a segment has before the network card cuts it. */
  captureSnapBytes: 65_535,
  /** Processes of an interface that the monitor is told of. */
  opacityOwnersTold: 1_000,
  /** Processes in the opacity table for eyes; JSON has all. */
  opacityOwnersShown: 20,
  /** How long the last packets of a ring are waited for. */
  liveDrainMs: 1_500,
} as const
