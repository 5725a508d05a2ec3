import { userInfo } from 'node:os'
import { invokingUser } from '../invoking-user.ts'

/** The user who asks, also under sudo. */
export const askedBy = (): string => invokingUser(process.env)?.name ?? userInfo().username
