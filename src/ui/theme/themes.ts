import mono from '../../../themes/mono.json' with { type: 'json' }
import system from '../../../themes/system.json' with { type: 'json' }
import type { ThemeName } from '../monitor-options.ts'

/** Files of `themes/`, which the bundle carries; `decodeTheme` checks the one that is chosen. */
export const themes: Readonly<Record<ThemeName, unknown>> = { system, mono }
