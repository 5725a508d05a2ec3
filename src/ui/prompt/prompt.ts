import { limits } from '../../model/limits.ts'
import type { Candidate } from '../../query/filter/complete-filter.ts'
import { LineEditor } from './line-editor.ts'

/** What may stand at the cursor, in the place of the text from `from` to `to`. */
export interface Offered {
  readonly from: number
  readonly to: number
  readonly candidates: readonly Candidate[]
}

/** What is to be said of the text as it stands. */
export interface Verdict {
  /** `unfinished`: it may become right as it goes on. */
  readonly kind: 'right' | 'unfinished' | 'wrong'
  /** The text in question, from `at`. */
  readonly at: number
  readonly length: number
  readonly says: string
  /** To be put in its place. */
  readonly nearMiss: string | undefined
}

/** What a prompt asks for; the same line serves filters and commands. */
export interface PromptLanguage {
  /** In front of the line. */
  readonly sign: string
  /** Nothing of the text is shown or kept. */
  readonly isSecret?: true
  /** None: nothing completes it. */
  readonly offer?: (text: string, cursor: number) => Offered
  readonly judge: (text: string) => Verdict
}

/** Candidates that Tab goes through. */
interface Cycle {
  readonly offered: Offered
  readonly index: number
}

/** A line that the user types, with completion and what is wrong with it. */
export class Prompt {
  readonly language: PromptLanguage
  readonly editor: LineEditor
  readonly #history: readonly string[]
  /** Place in the history; one past its end for what is typed. */
  #at: number
  #typed = ''
  #cycle: Cycle | undefined

  /** `history`: what was entered before, the latest last. */
  constructor(language: PromptLanguage, text: string, history: readonly string[]) {
    this.language = language
    this.editor = new LineEditor(text, limits.filterLength)
    this.#history = history
    this.#at = history.length
  }

  get text(): string {
    return this.editor.text
  }

  get verdict(): Verdict {
    const verdict = this.language.judge(this.text)
    // What the cursor stands behind can become something else yet.
    const isAtCursor =
      this.editor.cursor === this.text.length && verdict.at + verdict.length >= this.text.length
    const canGoOn = verdict.kind === 'wrong' && isAtCursor && this.offered.candidates.length > 0
    return canGoOn ? { ...verdict, kind: 'unfinished' } : verdict
  }

  get offered(): Offered {
    const { cursor } = this.editor
    const none = { from: cursor, to: cursor, candidates: [] }
    return this.#cycle?.offered ?? this.language.offer?.(this.text, cursor) ?? none
  }

  /** The candidate that Tab has put in, of those offered. */
  get chosen(): number | undefined {
    return this.#cycle?.index
  }

  /** Any change of the text but by Tab. */
  edit(change: (editor: LineEditor) => void): void {
    this.#cycle = undefined
    change(this.editor)
  }

  /** Tab: what all candidates begin with, then one after another; or what was likely meant. */
  complete(by: -1 | 1): void {
    const offered = this.offered
    const { candidates, from, to } = offered
    if (candidates.length === 0) return this.#takeNearMiss()
    if (this.#cycle) return this.#choose(offered, this.#cycle.index + by)
    const only = candidates.length === 1 ? candidates[0] : undefined
    if (only) return this.editor.replace(from, to, `${only.text} `)
    const common = commonBeginning(candidates.map(({ text }) => text))
    if (common.length > this.editor.cursor - from) return this.editor.replace(from, to, common)
    this.#choose(offered, by > 0 ? 0 : -1)
  }

  /** What was entered earlier, or later. */
  recall(by: -1 | 1): void {
    const at = this.#at + by
    if (at < 0 || at > this.#history.length) return
    if (this.#at === this.#history.length) this.#typed = this.text
    this.#at = at
    this.edit((editor) => editor.setText(this.#history[at] ?? this.#typed))
  }

  #choose(offered: Offered, index: number): void {
    const { candidates, from } = offered
    const before = this.#cycle && candidates[this.#cycle.index]
    const to = before ? from + before.text.length : offered.to
    const next = (index + candidates.length) % candidates.length
    this.editor.replace(from, to, candidates[next]?.text ?? '')
    this.#cycle = { offered, index: next }
  }

  #takeNearMiss(): void {
    const { at, length, nearMiss } = this.verdict
    if (nearMiss !== undefined) this.editor.replace(at, at + length, nearMiss)
  }
}

function commonBeginning(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  let length = first.length
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}
