import { describe, expect, test } from 'vitest'
import type { NameSource } from '../../src/ui/remote-names.ts'
import type { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import { runCommand } from '../../src/ui/keys/run-command.ts'
import { commandTarget } from './command-target.ts'
import { DemoHost } from './demo-session.ts'
import { hear, showStore } from './shown-screen.ts'

const long = 'a-rather-long-name-of-a-machine.rack-7.hall-2.frankfurt.example.net'
function source(problem?: string): NameSource & { readonly asked: string[] } {
  const asked: string[] = []
  const nameOf = (address: string) => {
    asked.push(address)
    return address.startsWith('203.0.113.1') ? long : undefined
  }
  return { asked, nameOf, problem, onChange() {} }
}

async function screenWith(
  names: NameSource | undefined,
  act: (store: MonitorStore) => void = () => {},
) {
  const shown = showStore({ columns: 120, rows: 24 }, '16', 'system', { names })
  const host = new DemoHost(7)
  hear(shown.store, host)
  act(shown.store)
  hear(shown.store, host)
  const toggle = () => runCommand('names.toggle', commandTarget(shown.store, shown.display))
  shown.display.paint()
  const before = await shown.terminal.text()
  toggle()
  shown.display.paint()
  const named = await shown.terminal.text()
  toggle()
  shown.display.paint()
  const after = await shown.terminal.text()
  shown.display.close()
  return { before, named, after, store: shown.store }
}

describe('names on the screen', () => {
  test('nobody is asked before the user wants them', async () => {
    const names = source()
    const { store } = await screenWith(names)
    const { length } = names.asked
    store.names.set('off')
    expect(store.names.nameOf).toBeUndefined()
    expect(length).toBeGreaterThan(0)
    const untouched = source()
    const shown = showStore({ columns: 120, rows: 24 }, '16', 'system', { names: untouched })
    hear(shown.store, new DemoHost(7))
    shown.display.paint()
    shown.display.close()
    expect(untouched.asked).toEqual([])
  })

  test.each(['flows', 'remotes'] as const)(
    'the end of a long name is shown, in the view of %s',
    async (view) => {
      const { before, named, after } = await screenWith(source(), (store) => store.show(view))
      expect(before).not.toContain('example.net')
      expect(named).toMatch(
        view === 'flows' ? /…[a-z0-9.-]*example\.net:\d+ / : /…[a-z0-9.-]*example\.net /,
      )
      expect(named).toMatch(/REMOTE.* \(DNS\)/)
      // What has no name is shown by its address.
      expect(named).toMatch(/203\.0\.113\.2/)
      expect(after).toBe(before)
    },
  )

  test('where nobody answers the screen says so; where nobody is to be asked it says why', async () => {
    expect((await screenWith(source('ECONNREFUSED'))).named).toContain(
      'No name server answers (ECONNREFUSED): addresses stay addresses.',
    )
    const { named, store } = await screenWith(undefined)
    expect(named).toContain('Names are not looked up here')
    expect(store.names.setting).toBe('off')
  })
})
