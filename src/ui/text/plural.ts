/** `1 process`, `2 processes`: a count and what is counted, by the noun's singular. */
export function plural(count: number, one: string): string {
  if (count === 1) return `1 ${one}`
  if (one.endsWith('y')) return `${count} ${one.slice(0, -1)}ies`
  return `${count} ${one}${one.endsWith('s') ? 'es' : 's'}`
}
