/** Numbers that a column may hold, besides addresses and texts. */
export type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array
