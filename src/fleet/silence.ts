import { cleanText } from '../model/clean-text.ts'
import { limits } from '../model/limits.ts'
import type { HostTime } from '../model/quantity.ts'
import type { Loss } from './reply.ts'
import { lastWords, sshFailed } from './ssh/system-ssh.ts'

/** Why a host gives no answer. A host that was asked either answers, or is in exactly one of these states. */
export interface Silence {
  readonly state: 'refused' | 'late' | 'unreachable' | 'no e2etop'
  /** A clause for the operator, already clean. */
  readonly why: string
}

/** What a shell says of a command that is not there, and env(1) of a Node that is not. */
const notFound = 127
const notExecutable = 126

/** Of one that goes on. */
export interface LastingSilence extends Silence {
  readonly since: HostTime
}

export function silenceOf(loss: Loss): Silence {
  switch (loss.kind) {
    case 'closed':
      return { state: 'unreachable', why: 'the connection was given up' }
    case 'silent':
      return { state: 'late', why: `it has said nothing for ${Math.round(loss.after / 1000)} s` }
    case 'misunderstood':
      return { state: 'refused', why: loss.why }
    case 'ended':
      return endedSilence(loss)
  }
}

function endedSilence({ end, spoke }: Extract<Loss, { kind: 'ended' }>): Silence {
  const said = lastWords(end.complaint)
  if (spoke) return { state: 'unreachable', why: `the connection broke${said && `: ${said}`}` }
  switch (end.exitCode) {
    case undefined:
      return { state: 'unreachable', why: `the connection broke${said && `: ${said}`}` }
    case notFound:
    case notExecutable:
      return { state: 'no e2etop', why: isMissing(said) ? deployIt : said }
    case sshFailed:
      return { state: isRefusal(end.complaint) ? 'refused' : 'unreachable', why: said }
    default: {
      const why = `its e2etop ended with code ${end.exitCode}${said && `: ${said}`}`
      return { state: 'refused', why: cleanText(why, limits.sentenceLength) }
    }
  }
}

/** Of a shell; what is said of a Node.js that is not there is told as it is. */
const isMissing = (said: string) => said === '' || /e2etop: (command )?not found/.test(said)
const deployIt = 'there is none; `e2etop deploy` puts one there'

/** What the system's ssh says where it was reached, but not let in. */
const isRefusal = (complaint: string) =>
  /permission denied|host key verification failed|identification has changed/i.test(complaint)
