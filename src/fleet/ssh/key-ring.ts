import { readFileSync } from 'node:fs'
import type { AnyAuthMethod, BaseAgent as Agent, ParsedKey } from 'ssh2'
import { BaseAgent, createAgent, utils } from './ssh2.ts'
import { cleanText } from '../../model/clean-text.ts'
import type { SshSettings } from './ssh-settings.ts'

export interface KeyRingSettings {
  /** The socket of the user's agent, SSH_AUTH_SOCK. */
  readonly agentSocket: string | undefined
  /** Asks the user for what he shows nobody; undefined where he has no answer, or cannot be asked. */
  readonly askSecret: (question: string) => Promise<string | undefined>
}

/** So often a passphrase may be wrong, as with ssh. */
const triesMax = 3
/** UTF-16 units of what a host may ask in. */
const hostQuestionLength = 80

/** A file as a key. `locked`: encrypted, and nobody knew the passphrase; `foreign`: of a kind that only ssh can use. */
type FileKey =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'none' | 'locked' | 'foreign' }

/**
 * The keys of the user, for any number of hosts: a file is read once, and its passphrase asked for once. Those of his
 * agent come first.
 */
export class KeyRing {
  readonly #settings: KeyRingSettings
  readonly #files = new Map<string, Promise<FileKey>>()
  /** One question at the terminal at a time. */
  #asking: Promise<unknown> = Promise.resolve()

  constructor(settings: KeyRingSettings) {
    this.#settings = settings
  }

  /** Ways to log in, in their order; the files are opened only once the agent's keys have failed. */
  async *methods(settings: SshSettings): AsyncGenerator<AnyAuthMethod> {
    const username = settings.user
    const agent = this.#agentOf(settings)
    if (agent) yield { type: 'agent', username, agent }
    for (const file of settings.identityFiles) {
      const found = await this.#open(file)
      if (found.kind === 'key') yield { type: 'publickey', username, key: found.key }
    }
  }

  /** What a host asks its user for beside a key, such as a code; fewer answers where he gives none. */
  answers({ name }: SshSettings, questions: readonly string[]): Promise<string[]> {
    const answered = this.#asking.then(async () => {
      const answers: string[] = []
      for (const question of questions) {
        const asked = cleanText(question.replace(/[\s:]+$/, ''), hostQuestionLength)
        // Its words are the host's: the user sees whose they are.
        const answer = await this.#settings.askSecret(`${name} asks: ${asked}`)
        if (answer === undefined) break
        answers.push(answer)
      }
      return answers
    })
    this.#asking = answered
    return answered
  }

  /** Why the keys of a host's files were not all tried, in words; '' where they were. */
  async untried(settings: SshSettings): Promise<string> {
    const states = settings.identityFiles.map(async (file) => {
      const { kind } = await this.#open(file)
      if (kind === 'locked') return `${file} is encrypted and its passphrase was not given`
      return kind === 'foreign' ? `${file} is of a kind that only the system's ssh can use` : ''
    })
    return (await Promise.all(states)).filter(Boolean).join('; ')
  }

  async hasForeign(settings: SshSettings): Promise<boolean> {
    const found = await Promise.all(settings.identityFiles.map((file) => this.#open(file)))
    return found.some(({ kind }) => kind === 'foreign')
  }

  #agentOf({ identityAgent, identitiesOnly, identityFiles }: SshSettings): Agent | undefined {
    const socket = identityAgent ?? this.#settings.agentSocket
    if (socket === undefined || socket === 'none' || socket === '') return undefined
    const chosen = identityFiles.flatMap(publicKeyOf)
    return new OrderedAgent(createAgent(socket), chosen, identitiesOnly)
  }

  #open(file: string): Promise<FileKey> {
    const known = this.#files.get(file) ?? this.#read(file)
    this.#files.set(file, known)
    return known
  }

  async #read(file: string): Promise<FileKey> {
    const text = readOrNothing(file)
    if (text === undefined) return { kind: 'none' }
    let parsed = utils.parseKey(text)
    if (parsed instanceof Error && /encrypted/i.test(parsed.message)) {
      const asked = this.#asking.then(() => this.#unlock(file, text))
      this.#asking = asked
      parsed = await asked
      if (parsed instanceof Error) return { kind: 'locked' }
    }
    if (parsed instanceof Error) return { kind: 'foreign' }
    const key = Array.isArray(parsed) ? parsed[0] : parsed
    return key?.isPrivateKey() ? { kind: 'key', key } : { kind: 'foreign' }
  }

  /** An error where the user gives no passphrase that opens it. */
  async #unlock(file: string, text: Buffer): Promise<ReturnType<typeof utils.parseKey>> {
    for (let tries = 0; tries < triesMax; tries++) {
      const again = tries === 0 ? '' : 'Wrong. '
      const passphrase = await this.#settings.askSecret(`${again}Passphrase of ${file}`)
      if (passphrase === undefined) break
      const parsed = utils.parseKey(text, passphrase)
      if (!(parsed instanceof Error)) return parsed
    }
    return new Error('no passphrase')
  }
}

/** An agent whose keys that stand in the settings come first, because servers let one try only some; or those alone. */
class OrderedAgent extends BaseAgent {
  readonly #agent: Agent
  readonly #chosen: readonly Buffer[]
  readonly #only: boolean
  override sign: Agent['sign']

  constructor(agent: Agent, chosen: readonly Buffer[], only: boolean) {
    super()
    this.#agent = agent
    this.#chosen = chosen
    this.#only = only
    this.sign = agent.sign.bind(agent)
  }

  override getIdentities(take: Parameters<Agent['getIdentities']>[0]): void {
    this.#agent.getIdentities((error, keys) => {
      if (error || !keys) return take(error ?? new Error('the agent has no keys'))
      const isChosen = (key: (typeof keys)[number]) => {
        const blob = blobOf(key)
        return this.#chosen.some((one) => blob?.equals(one))
      }
      const first = keys.filter(isChosen)
      take(undefined, this.#only ? first : [...first, ...keys.filter((key) => !isChosen(key))])
    })
  }
}

function blobOf(key: unknown): Buffer | undefined {
  const parsed = utils.parseKey(key as Buffer)
  return parsed instanceof Error ? undefined : parsed.getPublicSSH()
}

/** The public half of an identity file: from the file beside it, which is readable without a passphrase. */
function publicKeyOf(file: string): readonly Buffer[] {
  for (const path of [`${file}.pub`, file]) {
    const text = readOrNothing(path)
    const parsed = text === undefined ? undefined : utils.parseKey(text)
    if (parsed && !(parsed instanceof Error)) {
      const key = Array.isArray(parsed) ? parsed[0] : parsed
      if (key) return [key.getPublicSSH()]
    }
  }
  return []
}

/** ssh's usual identity files mostly are not there. */
function readOrNothing(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
