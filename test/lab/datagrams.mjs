// Sends datagrams of given lengths to one address: node datagrams.mjs ADDRESS PORT LENGTH...
import { createSocket } from 'node:dgram'

const [, , address, port, ...lengths] = process.argv
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
for (const length of lengths)
  await new Promise((resolve) =>
    socket.send(Buffer.alloc(Number(length)), Number(port), address, resolve),
  )
socket.close()
