import { Box, Text } from 'ink'
import { commandList, keyLabel } from '../keys/commands.ts'
import { flowSigns } from '../paint/flow-columns.ts'
import type { Paint } from '../theme/theme.ts'

interface HelpProps {
  readonly version: string
  /** Lines that have scrolled out at the top. */
  readonly offset: number
  readonly paint: Paint
}

type Group = 'Move' | 'Show' | 'Program'

const keyCells = 13

/** Every command with its keys, and what the signs in front of rows mean. */
export function Help({ version, offset, paint }: HelpProps) {
  return (
    <Box flexDirection="column" flexGrow={1} flexBasis={0} overflow="hidden" paddingX={1}>
      <Box flexDirection="column" flexShrink={0} marginTop={-offset}>
        <Text>{`${paint('title', 'Keys')}   ${paint('dim', `e2etop ${version}`)}`}</Text>
        <Box columnGap={2}>
          <Box flexDirection="column">
            <Keys group="Show" paint={paint} />
            <Text> </Text>
            <Text>{paint('columns', 'Signs')}</Text>
            {flowSigns.map(([sign, meaning]) => (
              <Text key={sign}>{`${paint('key', sign.padEnd(keyCells))} ${meaning}`}</Text>
            ))}
          </Box>
          <Box flexDirection="column">
            <Keys group="Move" paint={paint} />
            <Text> </Text>
            <Keys group="Program" paint={paint} />
          </Box>
        </Box>
      </Box>
    </Box>
  )
}

const sizeOf = (group: Group) => commandList.filter(([, command]) => command.group === group).length

/** Lines of the whole page: its title and the taller column, with their headings and the empty line between. */
export const helpLines =
  1 + Math.max(sizeOf('Show') + flowSigns.length, sizeOf('Move') + sizeOf('Program')) + 3

interface KeysProps {
  readonly group: Group
  readonly paint: Paint
}

function Keys({ group, paint }: KeysProps) {
  const commands = commandList.filter(([, command]) => command.group === group)
  return (
    <>
      <Text>{paint('columns', group)}</Text>
      {commands.map(([name, { keys, help }]) => (
        <Text key={name} wrap="truncate">
          {`${paint('key', keys.map(keyLabel).join(' ').padEnd(keyCells))} ${help}`}
        </Text>
      ))}
    </>
  )
}
