import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'

/** Asks the name service (LDAP, sssd) for a passwd line; undefined where it knows none. */
export type AskNameService = (uid: number) => Promise<string | undefined>

const nameServiceTimeoutMs = 5_000

/** `getent` follows nsswitch.conf, which a static reader of passwd cannot. */
export const askGetent: AskNameService = (uid) =>
  new Promise((resolve) => {
    execFile(
      'getent',
      ['passwd', String(uid)],
      { timeout: nameServiceTimeoutMs, encoding: 'utf8' },
      // Exit 2 is "no such user"; a missing getent or a dead LDAP server leave the uid unnamed just the same.
      (failure, stdout) => resolve(failure ? undefined : stdout),
    )
  })

/**
 * User names by uid: passwd, read again when it changes, and for uids that are not in it the name service, asked
 * in the background because it may take seconds. Until an answer comes the name is the uid in decimal.
 */
export class UserNames {
  readonly #passwd: string
  readonly #ask: AskNameService
  #readAt = -1
  #names: ReadonlyMap<number, string> = new Map()
  /** Answers of the name service; undefined while it is being asked, and where it knows nothing. */
  readonly #asked = new Map<number, string | undefined>()
  #answers = 0

  constructor(passwd: string, ask: AskNameService) {
    this.#passwd = passwd
    this.#ask = ask
  }

  /** Grows when a name became known later; owners made before are then out of date. */
  get answers(): number {
    return this.#answers
  }

  nameOf(uid: number): string {
    this.#refresh()
    const name = this.#names.get(uid) ?? this.#asked.get(uid)
    if (name !== undefined) return name
    this.#askLater(uid)
    return String(uid)
  }

  #refresh(): void {
    try {
      const { mtimeMs } = statSync(this.#passwd)
      if (mtimeMs === this.#readAt) return
      this.#readAt = mtimeMs
      this.#names = parsePasswd(readFileSync(this.#passwd, 'utf8').slice(0, limits.passwdLength))
    } catch {
      // passwd is replaced by rename and may be missing for a moment; the names read before stay true.
    }
  }

  #askLater(uid: number): void {
    if (this.#asked.has(uid) || this.#asked.size >= limits.nameServiceUidsMax) return
    this.#asked.set(uid, undefined)
    void this.#ask(uid).then((line) => {
      const name = line === undefined ? undefined : parsePasswd(line).get(uid)
      if (name === undefined) return
      this.#asked.set(uid, name)
      this.#answers += 1
    })
  }
}

/** Names by uid; the first line of a uid wins, as for getpwuid(3). Lines that are none (NIS marks) are passed by. */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , uidText] = line.split(':')
    if (!name || uidText === undefined || !/^\d{1,10}$/.test(uidText)) continue
    const uid = Number(uidText)
    if (!names.has(uid)) names.set(uid, cleanText(name, limits.nameLength))
  }
  return names
}
