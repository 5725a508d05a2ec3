import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { scratchDirectory } from '../../log/scratch-log.ts'

/** Code points of the planes that have emoji; and what makes emoji of more than one. */
function* texts(): Generator<string> {
  for (let point = 0; point < 0x2_0000; point++) {
    const one = String.fromCodePoint(point)
    yield one
    yield `${one}\ufe0f`
  }
  for (const one of '👩👨🏳🏴❤☠⚕🤝') {
    yield `${one}\u200d❤\ufe0f\u200d👩`
    yield `${one}🏽`
  }
  for (const one of '🇩🇪🇫🇷') yield `${one}🇪`
  for (const one of '0123456789#*') yield `${one}\ufe0f\u20e3`
  yield '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'
}

test('a built program measures every text as the package does', async () => {
  const directory = scratchDirectory()
  const [entry, outfile] = [join(directory, 'entry.mjs'), join(directory, 'late.mjs')]
  writeFileSync(entry, `export { default } from 'string-width'`)
  execFileSync(process.execPath, ['test/tools/build.mjs', entry, outfile])
  const late = ((await import(outfile)) as { default: typeof stringWidth }).default
  const other = [...texts()].filter((text) => late(text) !== stringWidth(text))
  expect(other).toEqual([])
})
