import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandList } from '../../src/ui/keys/commands.ts'
import type { InputEvent } from '../../src/ui/keys/key-parser.ts'
import { keyTable } from '../../src/ui/keys/key-table.ts'
import { takeEvent } from '../../src/ui/keys/take-event.ts'
import type { ScreenSize } from '../../src/ui/terminal/screen.ts'
import { cellWidth } from '../../src/ui/text/cells.ts'
import { commandTarget } from './command-target.ts'
import { DemoHost } from './demo-session.ts'
import { hear, showStore } from './shown-screen.ts'

const keys = keyTable()
const known = [...new Set(commandList.flatMap(([, { keys }]) => keys))]
const event: fc.Arbitrary<InputEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...known).map((key) => ({ kind: 'key', key }) as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...'abcdefghijklmnop "()/*.:<>=0123456789日é'.split(''))
      .map((key) => ({ kind: 'key', key }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((text) => ({ kind: 'paste', text }) as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mouse' as const),
      action: fc.constantFrom('press' as const, 'wheel-up' as const, 'wheel-down' as const),
      column: fc.nat(250),
      row: fc.nat(70),
    }),
  },
)
const size: fc.Arbitrary<ScreenSize> = fc.constantFrom(
  { columns: 80, rows: 24 },
  { columns: 60, rows: 15 },
  { columns: 238, rows: 60 },
  { columns: 40, rows: 10 },
  { columns: 1, rows: 1 },
)
const act = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 1, arbitrary: size },
  { weight: 2, arbitrary: fc.constant('tick' as const) },
)

// oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
const raw = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\ue000-\uf8ff]/

/** The terminal of tests has widths of Unicode 6: what came later is drawn in one cell. */
const asDrawn = (line: string) => line.replaceAll(/[\u{10000}-\u{1ffff}]/gu, 'x')

describe('whatever is typed, clicked, pasted and resized', () => {
  test('the screen is drawn within its width, and nothing raw reaches the terminal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
        const { store, terminal, display } = showStore({ columns: 80, rows: 24 })
        const host = new DemoHost(7)
        const target = commandTarget(store, display)
        for (const one of acts) {
          if (one === 'tick') host.step()
          else if ('columns' in one) terminal.resize(one)
          else takeEvent(one, keys, target)
          hear(store, host)
          display.paint()
        }
        const { columns } = terminal.size
        const lines = (await terminal.text()).split('\n')
        display.close()
        for (const line of lines) expect(cellWidth(asDrawn(line))).toBeLessThanOrEqual(columns)
        const sent = terminal.frames.join('')
        // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
        const left = sent.replace(/\x1b\[(?:[\d;]*m|\d+H|K|\d+C|\?2026[hl])/g, '')
        expect(raw.exec(left)?.[0]).toBeUndefined()
      }),
      { numRuns: 30 },
    )
  })
})
