const labels: Record<string, string> = {
  'page-up': 'PgUp',
  'page-down': 'PgDn',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  escape: 'Esc',
}

/** A key as people write it: Enter, Ctrl-C, PgDn. */
export function keyLabel(key: string): string {
  if (key.length === 1) return key
  return labels[key] ?? key.replace(/(^|-)[a-z]/g, (first) => first.toUpperCase())
}
