import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, test } from 'vitest'
import { KeyRing } from '../../../src/fleet/ssh/key-ring.ts'
import { connectSsh2 } from '../../../src/fleet/ssh/ssh2-connection.ts'
import { parseSettings } from '../../../src/fleet/ssh/ssh-settings.ts'
import { millis } from '../../../src/model/quantity.ts'
import { KnownHosts } from '../../../src/trust/known-hosts/known-hosts.ts'

const directory = mkdtempSync(join(tmpdir(), 'e2etop-factor-'))
afterAll(() => rmSync(directory, { recursive: true }))
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string
writeFileSync(join(directory, 'id'), pem)

/** A host that takes the key of anyone, and then asks. */
async function hostThatAsks(question: string, right: string) {
  const server = new ssh2.Server({ hostKeys: [pem] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      if (context.method === 'publickey') {
        if (!context.signature) return context.accept()
        return context.reject(['keyboard-interactive'], true)
      }
      if (context.method !== 'keyboard-interactive') return context.reject(['publickey'])
      context.prompt([{ prompt: question, echo: false }], (answers) =>
        answers[0] === right ? context.accept() : context.reject(['publickey']),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const key = ssh2.utils.parseKey(pem)
  if (key instanceof Error || Array.isArray(key)) throw new Error('no key')
  const known = `[127.0.0.1]:${port} ssh-rsa ${key.getPublicSSH().toString('base64')}\n`
  const said = `hostname 127.0.0.1\nport ${port}\nuser alice\nidentityfile ${join(directory, 'id')}\n`
  return { server, known: new KnownHosts([known]), settings: parseSettings('web1', said, '/') }
}

describe('a host that wants a code beside a key', () => {
  const asked: string[] = []
  const login = async (answer: string | undefined, afterMs = 0) => {
    const { server, known, settings } = await hostThatAsks('Verification\x1b[2J code: ', '123456')
    const askSecret = async (question: string) => {
      asked.push(question)
      await new Promise((done) => setTimeout(done, afterMs))
      return answer
    }
    const keys = new KeyRing({ agentSocket: 'none', askSecret })
    const patient = { ...settings, connectTimeout: millis(1_000) }
    const outcome = await connectSsh2(patient, {
      known,
      keys,
      closing: new AbortController().signal,
    })
    if (outcome.kind === 'connected') outcome.connection.close()
    server.close()
    return outcome
  }

  test('has it from the user, who sees who asks, and nothing raw', async () => {
    expect(await login('123456')).toMatchObject({ kind: 'connected' })
    expect(asked).toEqual(['web1 asks: Verification\ufffd[2J code'])
  })

  test('waits for a user who looks it up, longer than for a host', async () => {
    expect(await login('123456', 1_500)).toMatchObject({ kind: 'connected' })
  })

  test('asks once, and refuses who does not know it', async () => {
    const before = asked.length
    expect(await login('000000')).toMatchObject({ kind: 'refused' })
    expect(await login(undefined)).toMatchObject({ kind: 'refused' })
    expect(asked.length).toBe(before + 2)
  })
})
