declare const hashed: unique symbol

/** The first 53 of a key's 64 hash bits, as an integer: two of a million keys share one in 18,000 tries. */
export type HashedKey = number & { readonly [hashed]: true }

/** Bits of a `HashedKey`. */
export const hashBits = 53

/** Keys of different kinds do not meet, whatever their bytes. */
const seed = { text: 1, number: 2, address: 3 } as const

const utf8 = new TextEncoder()
/** Holds any name or path of the vocabulary; a longer text has bytes of its own. */
const scratch = new Uint8Array(2048)
const eight = new Uint8Array(8)
const asNumber = new DataView(eight.buffer)
const words = new Uint32Array(4)

/** The same on every host and in every version: it travels. Of no secret: who chooses keys can choose their hashes. */
export function hashText(text: string): HashedKey {
  if (text.length * 3 > scratch.length) return hashBytes(utf8.encode(text), seed.text)
  const { written } = utf8.encodeInto(text, scratch)
  return hashBytes(scratch.subarray(0, written), seed.text)
}

export function hashNumber(value: number): HashedKey {
  asNumber.setFloat64(0, value, true)
  return hashBytes(eight, seed.number)
}

/** Of 16 bytes, IPv4 mapped into IPv6. */
export const hashAddress = (bytes: Uint8Array): HashedKey => hashBytes(bytes, seed.address)

/** For values as groups have them: an address is text there, and its hash another than `hashAddress` gives. */
export const hashValue = (value: string | number): HashedKey =>
  typeof value === 'string' ? hashText(value) : hashNumber(value)

function hashBytes(bytes: Uint8Array, kind: number): HashedKey {
  murmur3(bytes, kind, words)
  return ((words[0]! & 0x1f_ffff) * 2 ** 32 + words[1]!) as HashedKey
}

const [c1, c2, c3, c4] = [0x239b_961b, 0xab0e_9789, 0x38b3_4ae5, 0xa1e3_8b93] as const

/**
 * MurmurHash3_x86_128 of Austin Appleby's SMHasher (public domain), into four words: a published hash of which 64 bits
 * need no big integers.
 */
export function murmur3(bytes: Uint8Array, seedWord: number, out: Uint32Array): void {
  let h1 = seedWord
  let h2 = seedWord
  let h3 = seedWord
  let h4 = seedWord
  const tailAt = bytes.length & ~15
  for (let at = 0; at < tailAt; at += 16) {
    h1 ^= scrambled(wordAt(bytes, at), c1, 15, c2)
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561c_cd1b) | 0
    h2 ^= scrambled(wordAt(bytes, at + 4), c2, 16, c3)
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bca_a747) | 0
    h3 ^= scrambled(wordAt(bytes, at + 8), c3, 17, c4)
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd_1c35) | 0
    h4 ^= scrambled(wordAt(bytes, at + 12), c4, 18, c1)
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac_3b17) | 0
  }
  // What is past the end reads as zeros, and nothing comes of a word of zeros.
  h1 ^= scrambled(wordAt(bytes, tailAt), c1, 15, c2)
  h2 ^= scrambled(wordAt(bytes, tailAt + 4), c2, 16, c3)
  h3 ^= scrambled(wordAt(bytes, tailAt + 8), c3, 17, c4)
  h4 ^= scrambled(wordAt(bytes, tailAt + 12), c4, 18, c1)
  out[0] = h1 ^ bytes.length
  out[1] = h2 ^ bytes.length
  out[2] = h3 ^ bytes.length
  out[3] = h4 ^ bytes.length
  addAcross(out)
  for (let i = 0; i < 4; i++) out[i] = mixed(out[i]!)
  addAcross(out)
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24)

function scrambled(word: number, before: number, turn: number, after: number): number {
  const product = Math.imul(word, before)
  return Math.imul((product << turn) | (product >>> (32 - turn)), after)
}

function addAcross(out: Uint32Array): void {
  out[0]! += out[1]! + out[2]! + out[3]!
  for (let i = 1; i < 4; i++) out[i]! += out[0]!
}

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35)
  return twice ^ (twice >>> 16)
}
