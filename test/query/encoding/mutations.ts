import fc from 'fast-check'

/** What noise or malice makes of bytes: some of them changed, cut, doubled or put in. */
export const mutation: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc
  .array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('flip', 'set', 'cut', 'drop', 'double', 'insert'),
      value: fc.oneof(
        fc.nat(255),
        fc.constantFrom(...'{}[]",:-.eE0123456789nul'.split('').map(codeOf)),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => (bytes) => changes.reduce(changed, bytes))

function codeOf(character: string): number {
  return character.charCodeAt(0)
}

interface Change {
  readonly at: number
  readonly kind: string
  readonly value: number
}

function changed(bytes: Uint8Array, { at: anywhere, kind, value }: Change): Uint8Array {
  const at = anywhere % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (kind) {
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.of((after[0] ?? 0) ^ (1 << (value % 8))),
        after.subarray(1),
      ])
    case 'set':
      return Buffer.concat([before, Buffer.of(value), after.subarray(1)])
    case 'cut':
      return before
    case 'drop':
      return Buffer.concat([before, after.subarray(1 + (value % 16))])
    case 'double':
      return Buffer.concat([bytes, after])
    default:
      return Buffer.concat([before, Buffer.of(value), after])
  }
}
