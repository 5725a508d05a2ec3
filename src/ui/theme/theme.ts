import { MalformedError, object, text, type Check } from '../../model/json-fields.ts'
import { markColours, type HostMark } from '../../query/host-mark.ts'
import type { ColourDepth } from './colour-depth.ts'
import { colourSgr, parseColour, type Colour } from './colour.ts'

/** What text on the screen can mean; a theme gives each a style. */
export const roles = [
  'text',
  'dim',
  'title',
  'tab',
  'tabOn',
  'columns',
  'columnSorted',
  'selected',
  'key',
  'tx',
  'rx',
  'total',
  'process',
  'user',
  'remote',
  'ended',
  'warning',
  'state',
  'spark',
  'crumb',
  'series1',
  'series2',
  'series3',
  'series4',
  'series5',
  'series6',
] as const
type ThemeRole = (typeof roles)[number]
/** Of hosts that the operator has marked: in the colour that he gave them, whatever the theme. */
export type MarkRole = `mark-${HostMark['colour']}`
export type Role = ThemeRole | MarkRole

const attributes = { bold: 1, dim: 2, underline: 4, reverse: 7 } as const
type Attribute = keyof typeof attributes

/** How a role looks, whatever the terminal can show of it. */
interface Style {
  readonly attributes: readonly Attribute[]
  readonly foreground: Colour
  readonly background: Colour
}

/** A theme's file, checked. */
export interface ThemeFile {
  readonly name: string
  readonly roles: Readonly<Record<ThemeRole, Style>>
}

const isAttribute = (word: string): word is Attribute => Object.hasOwn(attributes, word)

/**
 * A style as git writes colours: attributes (`bold dim underline reverse`), a colour, and `on` a colour:
 * "bold cyan", "reverse", "#e69f00 on 234", "" for the terminal's own.
 */
const style: Check<Style> = (value, where) => {
  const words = text((all) => all)(value, where)
    .split(' ')
    .filter((word) => word !== '')
  const on = words.indexOf('on')
  const background = on < 0 ? 'default' : words.splice(on, 2)[1]
  const colours = words.filter((word) => !isAttribute(word))
  if (colours.length > 1) throw new MalformedError(`${where}: two colours: ${colours.join(', ')}`)
  return {
    attributes: words.filter(isAttribute),
    foreground: colour(colours[0] ?? 'default', where),
    background: colour(background ?? '', where),
  }
}

function colour(word: string, where: string): Colour {
  const parsed = parseColour(word)
  if (!parsed)
    throw new MalformedError(
      `${where}: "${word}" is no colour: default, a name such as cyan or bright-blue, 0 to 255, or #rrggbb`,
    )
  return parsed
}

const roleChecks = Object.fromEntries(roles.map((role) => [role, style])) as Record<
  ThemeRole,
  Check<Style>
>

/** Checks a theme read from JSON; throws `MalformedError` naming the field, for example `theme.roles.tx`. */
export function decodeTheme(json: unknown): ThemeFile {
  const theme = object<ThemeFile>({ name: text((name) => name), roles: object(roleChecks) })
  const decoded = theme(json, 'theme')
  const unknown = Object.keys(Object(Reflect.get(Object(json), 'roles'))).filter(
    (role) => !Object.hasOwn(roleChecks, role),
  )
  if (unknown.length > 0)
    throw new MalformedError(`theme.roles.${unknown[0]}: no such role; roles: ${roles.join(' ')}`)
  return decoded
}

/** Paints text in a role; the style ends where the text ends. */
export type Paint = (role: Role, text: string) => string

const reset = '\x1b[0m'

/** Turns a theme into SGR prefixes once, for the colours the terminal has. */
export function makePaint(theme: ThemeFile, depth: ColourDepth): Paint {
  const prefixes = new Map<Role, string>([
    ...roles.map((role) => [role, sgrPrefix(theme.roles[role], depth)] as const),
    ...markColours.map(
      (name) => [`mark-${name}`, sgrPrefix(style(`bold ${name}`, name), depth)] as const,
    ),
  ])
  return (role, text) => {
    const prefix = prefixes.get(role)
    return prefix ? `${prefix}${text}${reset}` : text
  }
}

function sgrPrefix(style: Style, depth: ColourDepth): string {
  const parameters = [
    ...style.attributes.map((attribute) => attributes[attribute]),
    ...colourSgr(style.foreground, 'foreground', depth),
    ...colourSgr(style.background, 'background', depth),
  ]
  return parameters.length === 0 ? '' : `\x1b[${parameters.join(';')}m`
}
