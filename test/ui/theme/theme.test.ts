import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { colourDepth } from '../../../src/ui/theme/colour-depth.ts'
import { colourSgr, parseColour } from '../../../src/ui/theme/colour.ts'
import { decodeTheme, makePaint, roles } from '../../../src/ui/theme/theme.ts'
import { themeFromBtop } from '../../../src/ui/theme/btop-theme.ts'
import { themes } from '../../../src/ui/theme/themes.ts'

const themeNames = Object.keys(themes)
const plain = Object.fromEntries(roles.map((role) => [role, '']))
const withRole = (role: string, style: unknown) => ({
  name: 'test',
  roles: { ...plain, [role]: style },
})
const painted = (style: string, depth: Parameters<typeof makePaint>[1]) =>
  makePaint(decodeTheme(withRole('tx', style)), depth)('tx', 'x')

describe('themes', () => {
  test('every file of themes/ decodes, carries its own name and can be chosen', () => {
    const files = readdirSync('themes').map((file) => file.replace(/\.json$/, ''))
    expect(files.toSorted()).toEqual([...themeNames].toSorted())
    for (const name of themeNames) {
      const json: unknown = JSON.parse(readFileSync(`themes/${name}.json`, 'utf8'))
      expect(themes[name]).toEqual(json)
      expect(decodeTheme(json).name).toBe(name)
    }
  })

  test('no theme tells two things apart by red and green', () => {
    for (const name of themeNames) {
      const text = JSON.stringify(themes[name])
      expect(/\bred\b/.test(text) && /\bgreen\b/.test(text), name).toBe(false)
    }
  })

  test.each([
    [withRole('tx', 'cyann'), /theme\.roles\.tx: "cyann" is no colour/],
    [withRole('tx', 'red green'), /theme\.roles\.tx: two colours: red, green/],
    [withRole('tx', 'red on'), /theme\.roles\.tx: "" is no colour/],
    [withRole('tx', '256'), /theme\.roles\.tx: "256" is no colour/],
    [withRole('tx', 7), /theme\.roles\.tx: not a text/],
    [withRole('txx', ''), /theme\.roles\.txx: no such role/],
    [{ name: 'test', roles: {} }, /theme\.roles\.text: not a text/],
    [{ name: 'test' }, /theme\.roles: not an object/],
    [null, /theme: not an object/],
  ])('a wrong theme %# is refused by the name of its field', (json, message) => {
    expect(() => decodeTheme(json)).toThrow(message)
  })

  test('a style has attributes, a colour and a ground', () => {
    expect(painted('bold underline yellow on bright-black', '16')).toBe('\x1b[1;4;33;100mx\x1b[0m')
    expect(painted('', '16')).toBe('x')
  })

  test('without colours attributes stay, and nothing else', () => {
    expect(painted('bold #e69f00 on blue', 'none')).toBe('\x1b[1mx\x1b[0m')
    expect(painted('cyan', 'none')).toBe('x')
  })
})

describe('a theme of btop', () => {
  const btop = [
    '# comment',
    'theme[main_fg]="#cccccc"',
    "theme[title]='#EEEEEE'",
    'theme[hi_fg]="#40"',
    'theme[selected_bg]="#7e2626"',
    'theme[selected_fg]="#ee"',
    'theme[upload_mid]=""',
    'theme[upload_end]="#dd4444"',
  ].join('\n')

  test('gives each role the colour that btop gives the like', () => {
    const theme = themeFromBtop(btop, 'mine')
    expect(theme).toMatchObject({
      name: 'mine',
      roles: {
        text: '#cccccc',
        title: 'bold #eeeeee',
        key: 'bold #404040',
        tx: '#dd4444',
        rx: '',
        selected: '#eeeeee on #7e2626',
      },
    })
    expect(Object.keys(decodeTheme(theme).roles)).toEqual([...roles])
  })

  test.each([
    ['', /no line of it is theme/],
    ['theme[title]="bright"', /line 1: title is no colour/],
  ])('%j is refused', (text, message) => {
    expect(() => themeFromBtop(text, 'x')).toThrow(message)
  })
})

describe('colours', () => {
  test('a colour is shown as the nearest that the terminal has', () => {
    const orange = parseColour('#e69f00')
    if (!orange) throw new Error('a colour that does not parse')
    const at = (depth: Parameters<typeof colourSgr>[2]) => colourSgr(orange, 'foreground', depth)
    expect(at('24bit')).toEqual([38, 2, 0xe6, 0x9f, 0x00])
    expect(at('256')).toEqual([38, 5, 178])
    expect(at('16')).toEqual([33])
    expect(at('none')).toEqual([])
  })

  test('the 16 colours are always the terminal’s own', () => {
    for (const depth of ['16', '256', '24bit'] as const)
      expect(colourSgr({ kind: 'indexed', index: 12 }, 'background', depth)).toEqual([104])
  })

  const environment = { NO_COLOR: undefined, COLORTERM: undefined, TERM: 'xterm' }
  test.each([
    [{ TERM: 'xterm' }, '16'],
    [{ TERM: 'linux' }, '16'],
    [{ TERM: 'screen-256color' }, '256'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, '24bit'],
    [{ TERM: 'xterm-direct' }, '24bit'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'dumb', COLORTERM: 'truecolor' }, 'none'],
    [{ TERM: undefined }, 'none'],
  ])('%j has depth %s', (variables, depth) => {
    expect(colourDepth({ ...environment, ...variables })).toBe(depth)
  })
})
