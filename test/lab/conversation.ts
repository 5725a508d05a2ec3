import { once } from 'node:events'
import { runIn, type NamespacePair } from './namespace-pair.ts'

/** A TCP connection that a client opens to `address:port` of the far end, and the bytes that each side sends. */
export interface Conversation {
  readonly address: string
  readonly port: number
  /** As whom the client runs; the server is root. */
  readonly uid: number
  readonly sent: number
  readonly answered: number
}

/** Not at full speed: a machine that is busy would lose packets, and say so. */
const paced = `
async function sendPaced(socket, left) {
  for (; left > 0; left -= 16_384) {
    socket.write(Buffer.alloc(Math.min(left, 16_384)))
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  socket.end()
}
`

/** Answers one connection once it has got all bytes, and ends. */
const server = `${paced}
const [port, address, expected, answered] = process.argv.slice(1)
let got = 0
const server = require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  server.close()
  socket.on('data', (bytes) => {
    got += bytes.length
    if (got === Number(expected)) sendPaced(socket, Number(answered))
  })
})
server.listen(Number(port), address, () => console.log('listening'))
`
const client = `${paced}
const [port, address, sent] = process.argv.slice(1)
const socket = require('node:net').connect(Number(port), address)
sendPaced(socket, Number(sent))
socket.resume()
`

/** Holds it from the near to the far namespace, to its end. */
export async function converse(pair: NamespacePair, talk: Conversation): Promise<void> {
  const node = [process.execPath, '-e']
  const words = [String(talk.port), talk.address]
  const options = { cwd: '/' }
  const listening = runIn(
    pair.far,
    [...node, server, ...words, String(talk.sent), String(talk.answered)],
    options,
  )
  await once(listening.stdout!, 'data')
  const command = [...node, client, ...words, String(talk.sent)]
  const calling = runIn(pair.near, command, { ...options, uid: talk.uid })
  await Promise.all([once(calling, 'close'), once(listening, 'close')])
}
