import { MalformedError } from '../../model/json-fields.ts'
import type { Role } from './theme.ts'

/** Where a role takes its colour from: btop's name, or several of which the first that is set counts. */
const sources: Partial<Record<Role, readonly string[]>> = {
  text: ['main_fg'],
  dim: ['inactive_fg', 'graph_text'],
  title: ['title'],
  tab: ['inactive_fg', 'main_fg'],
  columns: ['title'],
  columnSorted: ['hi_fg'],
  key: ['hi_fg'],
  tx: ['upload_mid', 'upload_end', 'upload_start'],
  rx: ['download_mid', 'download_end', 'download_start'],
  total: ['main_fg'],
  process: ['title', 'main_fg'],
  user: ['proc_misc', 'main_fg'],
  remote: ['main_fg'],
  ended: ['inactive_fg'],
  warning: ['hi_fg'],
  state: ['hi_fg'],
  spark: ['proc_box', 'net_box', 'div_line'],
  crumb: ['title'],
  series1: ['upload_mid', 'upload_start'],
  series2: ['download_mid', 'download_start'],
  series3: ['cpu_mid', 'cpu_start'],
  series4: ['used_mid', 'used_start'],
  series5: ['temp_mid', 'temp_start'],
  series6: ['inactive_fg'],
}

/** What is bold besides, so that colour is not the only sign. */
const bold: readonly Role[] = [
  'title',
  'columns',
  'columnSorted',
  'key',
  'process',
  'warning',
  'state',
  'crumb',
]

/** A theme, as `decodeTheme` takes it, of the text of a btop theme. @throws MalformedError naming the line */
export function themeFromBtop(text: string, name: string): unknown {
  const colours = btopColours(text)
  if (colours.size === 0) throw new MalformedError('no line of it is theme[NAME]="COLOUR"')
  const roles: Partial<Record<Role, string>> = {}
  for (const [role, names] of Object.entries(sources) as [Role, readonly string[]][]) {
    const colour = names.map((one) => colours.get(one)).find((one) => one !== undefined)
    roles[role] = [bold.includes(role) ? 'bold' : '', colour ?? ''].filter(Boolean).join(' ')
  }
  const ground = colours.get('selected_bg')
  const selected = ground ? `${colours.get('selected_fg') ?? 'default'} on ${ground}` : 'reverse'
  return { name, roles: { ...roles, selected, tabOn: `bold ${selected}` } }
}

/** Colours by btop's names; those that it leaves empty are not in it. */
function btopColours(text: string): ReadonlyMap<string, string> {
  const colours = new Map<string, string>()
  for (const [i, line] of text.split('\n').entries()) {
    const match = /^\s*theme\[(\w+)\]\s*=\s*["']?([^"'\s]*)["']?\s*$/.exec(line)
    if (!match) continue
    const [, name = '', value = ''] = match
    if (value === '') continue
    const colour = hexColour(value)
    if (colour === undefined)
      throw new MalformedError(`line ${i + 1}: ${name} is no colour such as #rrggbb or #hh`)
    colours.set(name, colour)
  }
  return colours
}

/** `#rrggbb`; btop also writes greys as `#hh`, and three decimal numbers, which no theme of its own uses. */
function hexColour(value: string): string | undefined {
  if (/^#[0-9a-f]{6}$/i.test(value)) return value.toLowerCase()
  const grey = /^#([0-9a-f]{2})$/i.exec(value)?.[1]
  return grey === undefined ? undefined : `#${grey.repeat(3)}`.toLowerCase()
}
