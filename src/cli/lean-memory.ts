import { setFlagsFromString } from 'node:v8'

/**
 * For a process that stays. Each tick makes rows that live for a second: V8 answers with a young generation of up to
 * 48 MB, and lets the old one grow to twice what is needed and more. Kept at its first size, the one, and to half as much
 * again, the other, a monitor of 5,000 flows at 10 Hz takes 96 MB for 131, and a tenth more CPU; a recorder of 1,000 new
 * flows a second 72 for 81; what serves a view of these 68 for 93, and a twentieth more CPU.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=50')
}

/**
 * For a command that asks many hosts. Their answers, and the tables in which they are joined, are not in V8's heap but count:
 * with 10 MB in it V8 marks all of it once or twice a question, with threads that compete for the cores. Marked at once, and
 * at three times what is needed, 100 hosts with 48 kB each take 0.50 ms of CPU a host for 0.74, the last answer is there
 * after 50 ms for 64, and the process has 140 MB for 150. Not for a screen, which would wait meanwhile.
 */
export function markSeldom(): void {
  setFlagsFromString('--no-concurrent-marking')
  setFlagsFromString('--heap-growing-percent=200')
}

/**
 * For glibc: every thread of V8 and Node else gets a heap of its own from malloc, and keeps what was once needed there;
 * 8 MB of a recorder. What only one thread uses at a time has no need of it. Read when a process starts.
 */
export const oneMallocHeap = { MALLOC_ARENA_MAX: '1' }
