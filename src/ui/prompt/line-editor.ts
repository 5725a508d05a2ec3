import { graphemesOf } from '../text/graphemes.ts'

/** One line of text and a cursor in it, a place in UTF-16 units that splits no grapheme. */
export class LineEditor {
  readonly #lengthMax: number
  #text: string
  #cursor: number

  constructor(text: string, lengthMax: number) {
    this.#lengthMax = lengthMax
    this.#text = text
    this.#cursor = text.length
  }

  get text(): string {
    return this.#text
  }

  get cursor(): number {
    return this.#cursor
  }

  /** What does not fit is left out. */
  insert(text: string): void {
    this.replace(this.#cursor, this.#cursor, text.slice(0, this.#lengthMax - this.#text.length))
  }

  /** Puts a text in the place of what stands from `from` to `to`, and the cursor behind it. */
  replace(from: number, to: number, text: string): void {
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to)
    this.#cursor = from + text.length
  }

  backspace(): void {
    this.replace(this.#before(), this.#cursor, '')
  }

  deleteNext(): void {
    this.replace(this.#cursor, this.#after(), '')
  }

  deleteWord(): void {
    const before = this.#text.slice(0, this.#cursor)
    this.replace(before.replace(/\S*\s*$/, '').length, this.#cursor, '')
  }

  deleteBefore(): void {
    this.replace(0, this.#cursor, '')
  }

  moveBy(graphemes: -1 | 1): void {
    this.#cursor = graphemes < 0 ? this.#before() : this.#after()
  }

  moveTo(end: 'start' | 'end'): void {
    this.#cursor = end === 'start' ? 0 : this.#text.length
  }

  setText(text: string): void {
    this.replace(0, this.#text.length, text)
  }

  #before(): number {
    const last = [...graphemesOf(this.#text.slice(0, this.#cursor))].at(-1) ?? ''
    return this.#cursor - last.length
  }

  #after(): number {
    const [next = ''] = graphemesOf(this.#text.slice(this.#cursor))
    return this.#cursor + next.length
  }
}
