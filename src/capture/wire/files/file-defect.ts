/** What can be wrong with a capture file. Words for scripts: they stand in the summary of `e2etop wire`. */
export type FileDefect =
  /** The file ends inside a record or block. */
  | 'cut-off'
  /** A length that no packet or block can have; what follows it cannot be found. */
  | 'record-length'
  | 'block-length'
  /** A packet's block is longer than is read. */
  | 'block-too-long'
  /** The length at a block's end is another than at its beginning. */
  | 'block-trailer'
  /** A packet says that it captured more than its block holds. */
  | 'packet-length'
  /** A packet was captured in more bytes than it had on the wire. */
  | 'wire-length'
  /** A fraction of a second that is a second or more. */
  | 'timestamp'
  /** A packet names an interface that the file has not described. */
  | 'no-interface'
  /** A section that has no byte order mark, or a version that is not known. */
  | 'section-header'
  /** An interface, an option or statistics shorter than their fields. */
  | 'block-content'
