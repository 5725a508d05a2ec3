/** Case files. */
export { diff } from '../case/diff.ts'
export { exportFlows } from '../case/export.ts'
export { open } from '../case/open.ts'
export { runPrivateSql } from '../case/private-sql.ts'
export { runPrivateVerify } from '../case/private-verify.ts'
export { sql } from '../case/sql.ts'
export { verify } from '../case/verify.ts'
