import type { Filter } from '../../query/filter/filter.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { parseFilter } from '../../query/filter/parse-filter.ts'
import { filterLanguage } from '../prompt/filter-language.ts'
import { Prompt } from '../prompt/prompt.ts'
import type { FlowRow } from './rows.ts'
import { seenValues } from './seen-values.ts'

/** Which flows the user wants to see, and the prompt in which that is said. */
export class FilterChoice {
  readonly #rows: () => readonly FlowRow[]
  readonly #history: string[] = []
  #kept: Filter | undefined
  /** Of the text being typed: the last that was right. */
  #live: Filter | undefined
  #prompt: Prompt | undefined

  constructor(filter: Filter | undefined, rows: () => readonly FlowRow[]) {
    this.#kept = filter
    this.#rows = rows
  }

  get current(): Filter | undefined {
    return this.#prompt ? this.#live : this.#kept
  }

  get prompt(): Prompt | undefined {
    return this.#prompt
  }

  open(): void {
    const text = this.#kept ? formatFilter(this.#kept) : ''
    const seen = seenValues(this.#rows())
    this.#live = this.#kept
    this.#prompt = new Prompt(
      filterLanguage(() => seen),
      text,
      this.#history,
    )
  }

  /** What the text says now, once it says something; a value that is being typed stands for all that begin so. */
  follow(): void {
    const { prompt } = this
    if (!prompt) return
    const { text } = prompt
    const { candidates } = prompt.offered
    const isBegun = candidates.length > 0 && candidates.every((one) => !text.endsWith(one.text))
    const begun = isBegun && /\S$/.test(text) ? parseFilter(`${text}*`) : undefined
    const parsed = begun?.ok ? begun : parseFilter(text)
    if (parsed.ok) this.#live = parsed.filter
    else if (text.trim() === '') this.#live = undefined
  }

  /** Keeps what is typed; a text that is wrong stays open. */
  keep(): void {
    const text = this.#prompt?.text.trim() ?? ''
    const parsed = parseFilter(text)
    if (text !== '' && !parsed.ok) return
    this.#kept = parsed.ok ? parsed.filter : undefined
    if (text !== '' && this.#history.at(-1) !== text) this.#history.push(text)
    this.#prompt = undefined
  }

  /** As if nothing had been typed. */
  takeBack(): void {
    this.#prompt = undefined
  }

  clear(): void {
    this.#kept = undefined
  }
}
