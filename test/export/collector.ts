import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { scratchDirectory } from '../log/scratch-log.ts'

/** Why there is no collector; undefined where there is. */
export const noCollector = spawnSync('nfcapd', ['-V']).error
  ? 'nfcapd is not installed (apt-get install nfdump)'
  : undefined

/** What nfcapd wrote and nfdump reads of the flows that `send` sends to a port, and the messages that it missed. */
export async function collectedOf(send: (port: number) => Promise<void>) {
  const directory = scratchDirectory()
  const port = await freePort()
  const args = ['-w', directory, '-b', '127.0.0.1', '-p', String(port), '-t', '3600']
  const collector = spawn('nfcapd', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void collector.kill('SIGKILL'))
  let said = ''
  const ended = new Promise((resolve) => collector.on('close', resolve))
  const started = new Promise<void>((resolve) => {
    for (const stream of [collector.stdout, collector.stderr])
      stream.on('data', (piece: Buffer) => {
        said += piece.toString()
        if (said.includes('Startup')) resolve()
      })
  })
  await started
  await send(port)
  // It reads its socket before it looks at signals, but what is on the way must have come.
  await setTimeout(500)
  collector.kill('SIGTERM')
  await ended
  const info = execFileSync('nfdump', ['-R', directory, '-I'], { encoding: 'utf8' })
  const number = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(info)?.[1])
  const missed = Number(/Sequence Errors: (\d+)/.exec(said)?.[1])
  return {
    Flows: number('Flows'),
    Packets: number('Packets'),
    Bytes: number('Bytes'),
    Sequence: missed,
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  return port
}
