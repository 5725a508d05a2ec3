import type { ValuesSeen } from '../../query/filter/complete-filter.ts'
import { filterLanguage } from '../prompt/filter-language.ts'
import { lineLanguage, type LineChoices } from '../prompt/line-commands.ts'
import { Prompt, type PromptLanguage } from '../prompt/prompt.ts'
import { secretLanguage } from '../prompt/secret-language.ts'
import type { FilterChoice } from './filter-choice.ts'
import type { PageView } from './page-view.ts'
import type { RowFinder } from './row-finder.ts'

type Purpose = 'filter' | 'command' | 'search' | 'find' | 'secret'

const searchLanguage: PromptLanguage = {
  sign: '/',
  judge: (text) => ({
    kind: 'right',
    at: text.length,
    length: 0,
    says: 'Lines with this text. Enter keeps, Esc takes back.',
    nearMiss: undefined,
  }),
}

const findLanguage = (finder: RowFinder): PromptLanguage => ({
  sign: 'row',
  judge(text) {
    const count = text === '' ? undefined : finder.count(text)
    const says =
      count === undefined
        ? 'Goes to the first row with this text, and leaves the others. Esc goes back.'
        : `${count === 1 ? '1 row has it' : `${count} rows have it`}. F3 goes on, Enter stays, Esc goes back.`
    return { kind: 'right', at: text.length, length: 0, says, nearMiss: undefined }
  },
})

/** What prompts are about. */
interface PromptSubjects {
  readonly filter: FilterChoice
  readonly finder: RowFinder
  readonly pages: PageView
  readonly seen: () => ValuesSeen
  readonly choices: () => LineChoices
}

interface SecretWanted {
  readonly question: string
  readonly take: (secret: string | undefined) => void
}

/** The line that is being typed, and what was typed before for the same purpose. */
export class Prompting {
  readonly #subjects: PromptSubjects
  readonly #history: Record<Purpose, string[]> = {
    filter: [],
    command: [],
    search: [],
    find: [],
    secret: [],
  }
  /** Secrets that are wanted, one after another. */
  readonly #wanted: SecretWanted[] = []
  #open: { readonly purpose: Purpose; readonly prompt: Prompt } | undefined

  constructor(subjects: PromptSubjects) {
    this.#subjects = subjects
  }

  get prompt(): Prompt | undefined {
    return this.#open?.prompt
  }

  editFilter(): void {
    const { pages, filter, seen } = this.#subjects
    pages.close()
    this.#begin('filter', filterLanguage(seen()), filter.text)
  }

  editCommand(text: string): void {
    this.#begin('command', lineLanguage(this.#subjects.choices), text)
  }

  /** With the first of what may follow it, if anything may; Tab goes on to the others. */
  offerCommand(text: string): void {
    this.editCommand(text)
    this.prompt?.complete(1)
  }

  editSearch(): void {
    this.#begin('search', searchLanguage, this.#subjects.pages.search)
  }

  editFind(): void {
    this.#subjects.finder.begin()
    this.#begin('find', findLanguage(this.#subjects.finder), '')
  }

  /** Of rows with the text that is typed the next one. */
  nextRow(): void {
    if (this.#open?.purpose === 'find') this.#subjects.finder.next(1)
  }

  /** Asks for a passphrase, once nothing else is typed; undefined where the user gives none. */
  askSecret(question: string): Promise<string | undefined> {
    return new Promise((take) => {
      this.#wanted.push({ question, take })
      if (!this.#open) this.#close()
    })
  }

  /** What follows from the text as it is now. */
  follow(): void {
    if (!this.#open) return
    const { purpose, prompt } = this.#open
    if (purpose === 'filter') this.#subjects.filter.follow(prompt)
    if (purpose === 'search') this.#subjects.pages.searchFor(prompt.text)
    if (purpose === 'find') this.#subjects.finder.follow(prompt.text)
  }

  /** Enter; gives the text of a command that is to be run. A line that says nothing stays open. */
  keep(): string | undefined {
    if (!this.#open) return undefined
    const { purpose, prompt } = this.#open
    const { text } = prompt
    const isKept =
      purpose === 'filter' ? this.#subjects.filter.keep(text) : prompt.verdict.kind === 'right'
    if (!isKept) return undefined
    if (purpose === 'secret') {
      this.#give(text === '' ? undefined : text)
      return undefined
    }
    const history = this.#history[purpose]
    if (text.trim() !== '' && history.at(-1) !== text) history.push(text)
    this.#close()
    return purpose === 'command' ? text : undefined
  }

  /** Esc: as if nothing had been typed. */
  leave(): void {
    if (this.#open?.purpose === 'search') this.#subjects.pages.searchFor('')
    if (this.#open?.purpose === 'find') this.#subjects.finder.leave()
    this.#subjects.filter.takeBack()
    if (this.#open?.purpose === 'secret') this.#give(undefined)
    else this.#close()
  }

  #give(secret: string | undefined): void {
    this.#wanted.shift()?.take(secret)
    this.#close()
  }

  /** The line is done; a secret that is wanted comes next. */
  #close(): void {
    this.#open = undefined
    const [next] = this.#wanted
    if (next) this.#begin('secret', secretLanguage(next.question), '')
  }

  #begin(purpose: Purpose, language: PromptLanguage, text: string): void {
    this.#open = { purpose, prompt: new Prompt(language, text, this.#history[purpose]) }
  }
}
