import { spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runIn, type NamespacePair } from './namespace-pair.ts'

/** What this machine lacks for a tunnel by OpenVPN; undefined where it must work. */
export function whyNoOpenvpn(): string | undefined {
  if (spawnSync('openvpn', ['--version']).error) return 'needs openvpn'
  return existsSync('/dev/net/tun') ? undefined : 'needs /dev/net/tun'
}

export interface Tunnel {
  /** Addresses inside, of the near and the far end. */
  readonly near: string
  readonly far: string
  close(): void
}

/** A tunnel `tun0` between the two namespaces, over UDP 1194 of their cable, encrypted with a key of its own. */
export async function openTunnel(pair: NamespacePair): Promise<Tunnel> {
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-openvpn-'))
  const key = join(folder, 'key')
  spawnSync('openvpn', ['--genkey', 'secret', key])
  const near = '10.78.0.1'
  const far = '10.78.0.2'
  const common =
    '--dev tun0 --dev-type tun --proto udp --port 1194 --disable-dco --cipher AES-256-CBC'
  const start = (from: NamespacePair['near'], words: readonly string[]) =>
    runIn(from, ['openvpn', ...common.split(' '), '--secret', key, ...words])
  const ends = [
    start(pair.far, ['--local', pair.far.v4, '--ifconfig', far, near]),
    start(pair.near, ['--remote', pair.far.v4, '--ifconfig', near, far]),
  ]
  const close = () => {
    for (const end of ends) end.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(ends.map(untilUp))
  } catch (error) {
    close()
    throw error
  }
  return { near, far, close }
}

function untilUp(openvpn: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    openvpn.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString()
      if (said.includes('Initialization Sequence Completed')) resolve()
    })
    openvpn.on('close', () => reject(new Error(`openvpn has ended:\n${said}`)))
  })
}
