import { readFileSync } from 'node:fs'

/**
 * What string-width makes when it is loaded takes 17 ms, and only texts of other scripts and emoji need it: the same, made
 * when first needed. An emoji of one UTF-16 unit is wide as a character, too.
 */
const late = [
  [
    'const segmenter = new Intl.Segmenter();',
    `let realSegmenter;
const segmenter = { segment: (text) => (realSegmenter ??= new Intl.Segmenter()).segment(text) };`,
  ],
  [
    'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
    `let realRgiEmoji;
const rgiEmojiRegex = {
	test: (text) => text.length > 1 && (realRgiEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text),
};`,
  ],
]

const ours = 'as this package finds it'

/** An esbuild plugin. Packages that bring an older string-width measure with ours, too: a text has one width. */
export const lateWidths = {
  name: 'late-widths',
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, ({ path, kind, pluginData }) =>
      pluginData === ours
        ? undefined
        : build.resolve(path, { kind, resolveDir: process.cwd(), pluginData: ours }),
    )
    build.onLoad({ filter: /\/node_modules\/string-width\/index\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8')
      for (const [made, lateMade] of late) {
        if (!contents.includes(made)) throw new Error(`${path} has no more '${made}'`)
        contents = contents.replace(made, () => lateMade)
      }
      return { contents }
    })
  },
}
