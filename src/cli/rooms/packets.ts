/** Packets and their files, and what reads much of everything: studies, and the doctor. */
export { doctor } from '../doctor.ts'
export { study } from '../study/study.ts'
export { capture } from '../wire/capture.ts'
export { opacity } from '../wire/opacity.ts'
export { runPrivatePackets } from '../wire/private-packets.ts'
export { wire } from '../wire/wire.ts'
