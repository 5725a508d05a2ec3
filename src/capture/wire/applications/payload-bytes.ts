import type { Payload } from './application.ts'

export const has = ({ at, end }: Payload, count: number): boolean => at + count <= end

/** A byte that `has` has said is there. */
export const byteAt = ({ bytes, at }: Payload, offset: number): number => bytes[at + offset]!

export const u16At = (payload: Payload, offset: number): number =>
  (byteAt(payload, offset) << 8) | byteAt(payload, offset + 1)

export const u32At = (payload: Payload, offset: number): number =>
  ((u16At(payload, offset) << 16) | u16At(payload, offset + 2)) >>> 0
