/** `u32 number of texts | u32 end of each in the bytes | u32 text of each row | bytes in UTF-8`, little endian. */
export function encodeTexts(values: readonly string[]): Uint8Array {
  const numbers = new Map<string, number>()
  const rows = values.map((value) => {
    const number = numbers.get(value) ?? numbers.size
    numbers.set(value, number)
    return number
  })
  const texts = [...numbers.keys()].map((text) => Buffer.from(text))
  let end = 0
  const ends = texts.map((text) => (end += text.length))
  const head = new Uint32Array(1 + ends.length)
  head[0] = texts.length
  head.set(ends, 1)
  return Buffer.concat([bytesOf(head), bytesOf(Uint32Array.from(rows)), ...texts])
}

/** Texts of rows: each different text once, and which of them a row has. */
export interface TextColumn {
  readonly texts: readonly string[]
  readonly ids: Uint32Array
}

/** Undefined where lengths or numbers do not fit. */
export function decodeTexts(chunk: Uint8Array, rows: number): TextColumn | undefined {
  if (chunk.length < 4) return undefined
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const count = view.getUint32(0, true)
  const textsAt = 4 + (count + rows) * 4
  if (textsAt > chunk.length) return undefined
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset + textsAt, chunk.length - textsAt)
  // In ASCII bytes are characters, and one long text is cut into parts in a fifth of the time.
  const ascii = bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : undefined
  const texts: string[] = []
  let start = 0
  for (let i = 0; i < count; i++) {
    const end = view.getUint32(4 + i * 4, true)
    if (end < start || end > bytes.length) return undefined
    texts.push(ascii?.slice(start, end) ?? bytes.toString('utf8', start, end))
    start = end
  }
  const ids = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const id = view.getUint32(4 + (count + row) * 4, true)
    if (id >= count) return undefined
    ids[row] = id
  }
  return { texts, ids }
}

const bytesOf = (array: Uint32Array) => new Uint8Array(array.buffer, 0, array.byteLength)
