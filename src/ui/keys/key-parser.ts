import { screenLimits } from '../../model/screen-limits.ts'

/** What the terminal sent. Keys are named as the key table names them: `j`, `S`, `up`, `ctrl-c`, `alt-x`. */
export type InputEvent =
  | { readonly kind: 'key'; readonly key: string }
  /** A button pressed or the wheel turned; column and row count from 0. */
  | {
      readonly kind: 'mouse'
      readonly action: 'press' | 'wheel-up' | 'wheel-down'
      readonly column: number
      readonly row: number
    }
  /** Recognised, so that its bytes are not taken for keys: a report of no use here. */
  | { readonly kind: 'other' }
  /** Pasted text is not typed: its bytes must not run commands. What is past a limit is left out. */
  | { readonly kind: 'paste'; readonly text: string }

type State =
  | 'ground'
  | 'utf8'
  | 'escape'
  /** After ESC [, up to a final byte (ECMA-48 5.4). */
  | 'csi'
  /** After ESC O, one byte. */
  | 'ss3'
  /** After ESC [ M, three bytes. */
  | 'x10-mouse'
  | 'paste'

const esc = 0x1b
const finals: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
}
const numbered: Record<number, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
}
/** Behind ESC O; behind ESC [ a report of the cursor would be F3. */
const keypad: Record<string, string> = { P: 'f1', Q: 'f2', R: 'f3', S: 'f4' }
/** Of the Linux console, behind ESC [ [. */
const console5: Record<string, string> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' }
const controls: Record<number, string> = {
  0x08: 'backspace',
  0x09: 'tab',
  0x0a: 'enter',
  0x0d: 'enter',
  0x20: 'space',
  0x7f: 'backspace',
}
const pasteEnd = '\x1b[201~'
const utf8 = new TextDecoder('utf-8')

/**
 * Terminal bytes to keys, one byte at a time, so that a read may end anywhere and a read may hold many keys: SSH
 * and tmux coalesce, and a parser of whole reads (Ink's) takes `jj` for one unknown key.
 */
export class KeyParser {
  #state: State = 'ground'
  #bytes: number[] = []
  #utf8Length = 0
  #tail = ''
  #events: InputEvent[] = []

  feed(bytes: Uint8Array): readonly InputEvent[] {
    for (const byte of bytes) this.#take(byte)
    return this.#drain()
  }

  /** A sequence has begun: bytes that do not come within a moment make it a lone Esc (see `flush`). */
  get waiting(): boolean {
    return this.#state === 'escape' || this.#state === 'csi' || this.#state === 'ss3'
  }

  /** No more bytes came: ESC was the Esc key, ESC [ was Alt-[. */
  flush(): readonly InputEvent[] {
    if (this.#state === 'escape') this.#key('escape')
    this.#reset()
    return this.#drain()
  }

  #take(byte: number): void {
    switch (this.#state) {
      case 'ground':
        return this.#ground(byte)
      case 'utf8':
        return this.#continueUtf8(byte)
      case 'escape':
        return this.#afterEscape(byte)
      case 'csi':
        return this.#csi(byte)
      case 'ss3':
        this.#reset()
        return this.#key(ss3Key(String.fromCharCode(byte)))
      case 'x10-mouse':
        this.#bytes.push(byte)
        if (this.#bytes.length === 3) this.#finish({ kind: 'other' })
        return
      case 'paste':
        return this.#paste(byte)
    }
  }

  #ground(byte: number): void {
    if (byte === esc) this.#state = 'escape'
    else if (byte >= 0xc2 && byte <= 0xf4) this.#beginUtf8(byte)
    else this.#key(plainKey(byte))
  }

  #afterEscape(byte: number): void {
    if (byte === esc) return this.#key('escape')
    this.#reset()
    if (byte === 0x5b) this.#state = 'csi'
    else if (byte === 0x4f) this.#state = 'ss3'
    else {
      const key = plainKey(byte)
      this.#key(key && `alt-${key}`)
    }
  }

  #csi(byte: number): void {
    // An ESC inside a sequence means that the rest of it was lost; the new one counts.
    if (byte === esc) {
      this.#reset()
      this.#state = 'escape'
      return
    }
    this.#bytes.push(byte)
    // The Linux console begins its F1 to F5 with two brackets.
    const isFinal = byte >= 0x40 && byte <= 0x7e && !(byte === 0x5b && this.#bytes.length === 1)
    if (!isFinal) {
      if (byte < 0x20 || byte > 0x7e || this.#bytes.length >= screenLimits.keySequenceBytesMax)
        this.#reset()
      return
    }
    const sequence = String.fromCharCode(...this.#bytes)
    this.#reset()
    this.#finishCsi(sequence)
  }

  #finishCsi(sequence: string): void {
    if (sequence === 'M') this.#state = 'x10-mouse'
    else if (sequence === '200~') {
      this.#state = 'paste'
      this.#tail = ''
    } else if (sequence.startsWith('<')) this.#finish(mouseEvent(sequence))
    else this.#key(csiKey(sequence))
  }

  #paste(byte: number): void {
    this.#tail = (this.#tail + String.fromCharCode(byte)).slice(-pasteEnd.length)
    if (this.#bytes.length < screenLimits.pasteBytesMax) this.#bytes.push(byte)
    if (this.#tail !== pasteEnd) return
    const text = utf8.decode(Uint8Array.from(this.#bytes))
    this.#finish({
      kind: 'paste',
      text: text.endsWith(pasteEnd) ? text.slice(0, -pasteEnd.length) : text,
    })
  }

  #beginUtf8(byte: number): void {
    this.#state = 'utf8'
    this.#bytes = [byte]
    this.#utf8Length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
  }

  #continueUtf8(byte: number): void {
    if ((byte & 0xc0) !== 0x80) {
      // Cut short: the character is lost, the byte begins something new.
      this.#reset()
      return this.#take(byte)
    }
    this.#bytes.push(byte)
    if (this.#bytes.length < this.#utf8Length) return
    const character = utf8.decode(Uint8Array.from(this.#bytes))
    this.#reset()
    this.#key(character)
  }

  #key(key: string | undefined): void {
    if (key) this.#events.push({ kind: 'key', key })
  }

  #finish(event: InputEvent): void {
    this.#reset()
    this.#events.push(event)
  }

  #reset(): void {
    this.#state = 'ground'
    this.#bytes = []
  }

  #drain(): readonly InputEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }
}

/** Key of one byte outside any sequence; undefined for bytes that are none (NUL, stray UTF-8 continuations). */
function plainKey(byte: number): string | undefined {
  const named = controls[byte]
  if (named) return named
  if (byte >= 0x01 && byte <= 0x1a) return `ctrl-${String.fromCharCode(byte + 0x60)}`
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : undefined
}

/** SGR mouse report (xterm ctlseqs): `<button;column;rowM`, `m` where a button is let go. */
function mouseEvent(sequence: string): InputEvent {
  const [, button, column, row] = /^<(\d+);(\d+);(\d+)M$/.exec(sequence)?.map(Number) ?? []
  const action = button === 0 ? 'press' : button === 64 ? 'wheel-up' : 'wheel-down'
  if (column === undefined || row === undefined || (button !== 0 && button !== 64 && button !== 65))
    return { kind: 'other' }
  return { kind: 'mouse', action, column: column - 1, row: row - 1 }
}

const ss3Key = (final: string): string | undefined => finals[final] ?? keypad[final]

/** Arrows, editing and function keys; a modifier (`1;5A`) gives the plain key. */
function csiKey(sequence: string): string | undefined {
  if (sequence.startsWith('[')) return console5[sequence.slice(1)]
  const [, number, final] = /^(\d*)(?:;\d+)*([A-Za-z~])$/.exec(sequence) ?? []
  if (final === undefined) return undefined
  return final === '~' ? numbered[Number(number)] : finals[final]
}
