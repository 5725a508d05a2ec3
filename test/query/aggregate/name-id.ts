import { keyId } from '../../../src/query/aggregate/ranking.ts'
import type { GroupName } from '../../../src/query/group-name.ts'

/** Equal for equal names, and for no others. */
export const nameId = ({ key, bin }: GroupName): string => `${bin ?? ''}${keyId(key)}`
