import { keyLabel } from './key-label.ts'
import { keyContexts, type Command, type KeyContext } from './command.ts'
import { commandList, type CommandName } from './commands.ts'

/** A command with the keys that it has here. */
export type KeyEntry = readonly [name: CommandName, command: Command]

/** The keys as the user has them: dispatch, footer and help are made of it. */
export interface KeyTable {
  readonly entries: readonly KeyEntry[]
  readonly commandOf: (key: string, context: KeyContext) => CommandName | undefined
  /** The first key of a command, as people write it; '' where it has none. */
  readonly labelOf: (name: CommandName) => string
}

export type KeyChoice = Readonly<Partial<Record<CommandName, readonly string[]>>>

/** The table with other keys for some commands. @throws KeyConflict where a key would mean two things */
export function keyTable(chosen: KeyChoice = {}): KeyTable {
  const entries = commandList.map(([name, command]): KeyEntry => {
    const keys = chosen[name]
    return [name, keys ? { ...command, keys } : command]
  })
  const byContext = new Map(keyContexts.map((context) => [context, keysIn(context, entries)]))
  const firstKeys = new Map(entries.map(([name, { keys }]) => [name, keys[0]]))
  return {
    entries,
    commandOf: (key, context) => byContext.get(context)?.get(key),
    labelOf: (name) => keyLabel(firstKeys.get(name) ?? ''),
  }
}

/** Two commands have one key. */
export class KeyConflict extends Error {
  override readonly name = 'KeyConflict'
}

function keysIn(context: KeyContext, entries: readonly KeyEntry[]): Map<string, CommandName> {
  const keys = new Map<string, CommandName>()
  for (const [name, command] of entries) {
    if (!command.contexts.includes(context)) continue
    for (const key of command.keys) {
      const other = keys.get(key)
      if (other !== undefined)
        throw new KeyConflict(`the key '${key}' is of ${other} and of ${name}`)
      keys.set(key, name)
    }
  }
  return keys
}
