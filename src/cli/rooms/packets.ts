/** Packets and their files, and what reads much of everything: studies, the doctor, tables of addresses. */
export { importWhereabouts } from '../whereabouts/import-whereabouts.ts'
export { doctor } from '../status/doctor.ts'
export { study } from '../study/study.ts'
export { capture } from '../wire/capture.ts'
export { opacity } from '../wire/opacity.ts'
export { runPrivatePackets } from '../wire/private-packets.ts'
export { wire } from '../wire/wire.ts'
