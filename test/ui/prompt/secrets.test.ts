import { describe, expect, test } from 'vitest'
import { runCommand, runText } from '../../../src/ui/keys/run-command.ts'
import { paintPrompt } from '../../../src/ui/paint/prompt.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { commandTarget } from '../command-target.ts'
import { showStore } from '../shown-screen.ts'

describe('a passphrase that is asked for in the monitor', () => {
  const asked = () => {
    const { store, display } = showStore({ columns: 80, rows: 24 })
    const target = commandTarget(store, display)
    const shown = () => paintPrompt(store.prompt!, 80, (_, text) => text).join('\n')
    return { store, target, shown }
  }

  test('is shown as dots, given as it was typed, and kept nowhere', async () => {
    const { store, target, shown } = asked()
    const answer = store.prompting.askSecret('Passphrase of ~/.ssh/id')
    runText('hor\u00adse  9', target)
    expect(shown()).toContain('Passphrase of ~/.ssh/id: ••••••••')
    expect(shown()).not.toContain('hor')
    runCommand('prompt.keep', target)
    expect(await answer).toBe('hor\u00adse  9')
    expect(store.prompt).toBeUndefined()
    const again = store.prompting.askSecret('Wrong. Passphrase of ~/.ssh/id')
    runCommand('prompt.earlier', target)
    expect(store.prompt?.text).toBe('')
    runCommand('prompt.leave', target)
    expect(await again).toBeUndefined()
  })

  test('waits for what is being typed, and for the one before it', async () => {
    const { store, target } = asked()
    store.prompting.editFilter()
    const answers = [store.prompting.askSecret('one'), store.prompting.askSecret('two')]
    runText('port 443', target)
    expect(store.prompt?.text).toBe('port 443')
    runCommand('prompt.keep', target)
    expect(store.filter.text).toBe('port 443')
    for (const secret of ['1', '2']) {
      runText(secret, target)
      runCommand('prompt.keep', target)
    }
    expect(await Promise.all(answers)).toEqual(['1', '2'])
  })

  test('none is what nothing means', async () => {
    const store = new MonitorStore()
    const answer = store.prompting.askSecret('one')
    store.prompting.keep()
    expect(await answer).toBeUndefined()
  })
})
