/**
 * JSON of which there is one text only: names of fields in the order of their code units, no white space. What is signed
 * must not have two spellings. Fields that are undefined are left out.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted)

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}
