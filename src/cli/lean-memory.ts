import { setFlagsFromString } from 'node:v8'

/**
 * For a process that stays. Each tick makes rows that live for a second: V8 answers with a young generation of up to
 * 48 MB. Kept at its first size, a monitor of 5,000 flows at 10 Hz takes 106 MB for 131, and a fifth more CPU; at 1 Hz 93
 * for 101, and a twentieth. A recorder of 1,000 new flows a second takes 72 for 81, and a tenth more.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')

/**
 * For glibc: every thread of V8 and Node else gets a heap of its own from malloc, and keeps what was once needed there;
 * 8 MB of a recorder. What only one thread uses at a time has no need of it. Read when a process starts.
 */
export const oneMallocHeap = { MALLOC_ARENA_MAX: '1' }
