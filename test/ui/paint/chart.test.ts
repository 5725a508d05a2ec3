import { expect, test } from 'vitest'
import { chartLines } from '../../../src/ui/paint/chart.ts'
import type { Curve } from '../../../src/ui/charts/curves.ts'
import { DemoHost } from '../demo-session.ts'
import { hear, showStore } from '../shown-screen.ts'

test('a chart begins where the screen did: of the time before it nothing is known, and nothing drawn', () => {
  const { store, display } = showStore({ columns: 100, rows: 30 })
  const host = new DemoHost(7)
  const drawn: (readonly Curve[])[] = []
  const paint = (role: string, text: string) => `<${role}>${text}`
  const draw = (curves: readonly Curve[]) => {
    drawn.push(curves)
    return []
  }
  const shown = () => chartLines(store, { columns: 100, rows: 30 }, { paint, draw })
  const headings = [1, 2, 3, 4].map(() => {
    hear(store, host)
    host.step()
    return /the last \d+ s/.exec(shown()[0] ?? '')?.[0]
  })
  expect(headings.slice(1)).toEqual(['the last 1 s', 'the last 2 s', 'the last 3 s'])
  expect(drawn.map((curves) => Math.max(...curves.map(({ values }) => values.length)))).toEqual([
    2, 3,
  ])
  for (const curves of drawn) expect(curves[0]!.values.every((rate) => rate > 0)).toBe(true)
  display.close()
})
