import dark from '../../../themes/dark.json' with { type: 'json' }
import light from '../../../themes/light.json' with { type: 'json' }
import mono from '../../../themes/mono.json' with { type: 'json' }
import okabe from '../../../themes/okabe.json' with { type: 'json' }
import system from '../../../themes/system.json' with { type: 'json' }
import { MalformedError } from '../../model/json-fields.ts'
import type { ColourDepth } from './colour-depth.ts'
import { decodeTheme, makePaint, type Paint } from './theme.ts'

/** Files of `themes/`, which the bundle carries; `decodeTheme` checks the one that is chosen. */
export const themes: Readonly<Record<string, unknown>> = { system, dark, light, okabe, mono }

/** Names of the program's own themes and of the user's. */
export const themeNames = (own: Readonly<Record<string, unknown>>): readonly string[] => [
  ...Object.keys(themes),
  ...Object.keys(own).filter((name) => !Object.hasOwn(themes, name)),
]

/** How a theme paints; the user's own takes the place of one of the same name. @throws MalformedError */
export function paintOf(
  name: string,
  own: Readonly<Record<string, unknown>>,
  depth: ColourDepth,
): Paint {
  const from = [own, themes].find((some) => Object.hasOwn(some, name))
  if (from === undefined)
    throw new MalformedError(`there is no theme '${name}'; there are ${themeNames(own).join(', ')}`)
  return makePaint(decodeTheme(from[name]), depth)
}
