import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openBpfSource } from '../../../src/capture/bpf/bpf-source.ts'
import { whyNoBpf } from '../../../src/capture/bpf/probe.ts'
import { Owners } from '../../../src/capture/owners/owners.ts'
import { skipWhere } from '../../sim/skip-where.ts'
import { SamplesOf, whilePython } from './watched-python.ts'

const udp = 17
const starts = 8

/** Sends some 10,000 datagrams a second until its input ends. */
const sender = `
import threading, time
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def send():
    while True:
        sender.sendto(b'x' * 100, ('127.0.0.1', 9))
        time.sleep(0.0001)
threading.Thread(target=send, daemon=True).start()`

describe('datagrams of a socket that is older than capture', () => {
  skipWhere(whyNoBpf())

  test('have its owner also where they are sent while capture begins', async () => {
    await whilePython(sender, async (pid) => {
      for (let start = 1; start <= starts; start++) {
        const source = openBpfSource({ owners: new Owners(), actor: false })
        try {
          await setTimeout(50)
          const samples = new SamplesOf()
          source.poll(samples.take)
          expect(samples.of(pid, udp), `start ${start}`).toMatchObject([{ remotePort: 9 }])
        } finally {
          source.close()
        }
      }
    })
  })
})
