import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { KeyRing } from '../../../src/fleet/ssh/key-ring.ts'
import { connectSsh2 } from '../../../src/fleet/ssh/ssh2-connection.ts'
import { parseSettings } from '../../../src/fleet/ssh/ssh-settings.ts'
import { KnownHosts } from '../../../src/trust/known-hosts/known-hosts.ts'

// A monitor that was left went on for as long as ssh's ConnectTimeout.
test('a login that is under way ends with who wants it, and one that comes later does not begin', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const said = `hostname 127.0.0.1\nport ${port}\nuser alice\nconnecttimeout 60\n`
  const settings = parseSettings('mute', said, '/')
  const keys = new KeyRing({ agentSocket: 'none', askSecret: async () => undefined })
  const leaving = new AbortController()
  const context = { known: new KnownHosts([]), keys, closing: leaving.signal }
  const came = once(server, 'connection')
  const login = connectSsh2(settings, context)
  const [socket] = (await came) as [Socket]
  const left = once(socket, 'close')
  socket.resume()
  leaving.abort()
  const givenUp = { kind: 'unreachable', why: 'the connection was given up' }
  expect(await login).toEqual(givenUp)
  await left
  expect(await connectSsh2(settings, context)).toEqual(givenUp)
  server.close()
})
