import type { Filter } from '../../query/filter/filter.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { parseFilter } from '../../query/filter/parse-filter.ts'
import type { Prompt } from '../prompt/prompt.ts'

/** Which flows the user wants to see: what was kept, or while a text is typed what that says. */
export class FilterChoice {
  #kept: Filter | undefined
  /** Of the text being typed: the last that was right. */
  #live: { readonly filter: Filter | undefined } | undefined

  constructor(filter: Filter | undefined) {
    this.#kept = filter
  }

  get current(): Filter | undefined {
    return this.#live ? this.#live.filter : this.#kept
  }

  /** To begin typing with. */
  get text(): string {
    return this.#kept ? formatFilter(this.#kept) : ''
  }

  /** What the text says now, once it says something; a value that is being typed stands for all that begin so. */
  follow(prompt: Prompt): void {
    const { text } = prompt
    const { candidates } = prompt.offered
    const isBegun = candidates.length > 0 && candidates.every((one) => !text.endsWith(one.text))
    const begun = isBegun && /\S$/.test(text) ? parseFilter(`${text}*`) : undefined
    const parsed = begun?.ok ? begun : parseFilter(text)
    if (parsed.ok) this.#live = { filter: parsed.filter }
    else if (text.trim() === '') this.#live = { filter: undefined }
  }

  /** Keeps what a text says; false where it says nothing. */
  keep(text: string): boolean {
    const parsed = parseFilter(text)
    const isEmpty = text.trim() === ''
    if (!parsed.ok && !isEmpty) return false
    this.#kept = parsed.ok && !isEmpty ? parsed.filter : undefined
    this.#live = undefined
    return true
  }

  /** As if nothing had been typed. */
  takeBack(): void {
    this.#live = undefined
  }

  /** The same condition in other names. */
  rename(renamed: (filter: Filter) => Filter): void {
    this.#kept = this.#kept && renamed(this.#kept)
  }

  clear(): void {
    this.#kept = undefined
  }
}
