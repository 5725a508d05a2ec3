import type { Room } from '../../src/model/kernels/room.ts'

/** A copy of the numbers that is there. */
export function inRoom(room: Room, words: Uint32Array): Uint32Array {
  const copy = room.words(words.length)
  copy.set(words)
  return copy
}
