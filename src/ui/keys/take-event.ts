import type { CommandTarget } from './command-target.ts'
import type { InputEvent } from './key-parser.ts'
import type { KeyTable } from './key-table.ts'
import { runCommand, runText } from './run-command.ts'
import { runMouse } from './run-mouse.ts'

/** Does what a key, a click or a paste means where the user is. */
export function takeEvent(event: InputEvent, keys: KeyTable, target: CommandTarget): void {
  const { store } = target
  if (event.kind === 'other') return
  store.message = undefined
  if (event.kind === 'paste') return runText(event.text, target)
  if (event.kind === 'mouse') return runMouse(event, target)
  const { key } = event
  const name = keys.commandOf(key, store.keyContext)
  if (name) runCommand(name, target)
  else if (store.keyContext === 'prompt')
    runText(key === 'space' ? ' ' : isText(key) ? key : '', target)
}

/** A key that is what it says, not the name of one. */
const isText = (key: string) => key.length === String.fromCodePoint(key.codePointAt(0) ?? 0).length
