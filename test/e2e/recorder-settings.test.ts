import { closeSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadNative } from '../../src/capture/native.ts'
import { socketAddress } from '../../src/recorder/service-manager.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { patienceMs, RecorderHome, sleep, transfer } from './recorder-home.ts'
import { runProgram } from './run-program.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'

describe('what a recorder is told and tells', () => {
  skipWhere(whyNoBpf() ?? whyNotRoot)
  const home = new RecorderHome()

  test('SIGHUP: a wrong config is named and changes nothing, a right one is applied', async () => {
    const { child, said } = await home.start()
    const reload = async (text: string, expected: RegExp) => {
      writeFileSync(home.config, text)
      child.kill('SIGHUP')
      await expect.poll(said, { timeout: patienceMs }).toMatch(expected)
    }
    await reload(
      '{"privacy":[{"rule":"dorp"}]}',
      /config not changed: .*privacy\[0\]\.rule: "dorp"/,
    )
    const named = await home.untilRecorded(await transfer(10))
    expect(named).toMatchObject([{ owner: { kind: 'process' } }])
    await reload('{"privacy":[{"rule":"hash","user":"root"}]}', /config read again/)
    const hashed = await home.untilRecorded(await transfer(11))
    expect(hashed).toMatchObject([{ owner: { user: expect.stringMatching(/^hash:/) } }])
    expect(statSync(join(home.log, 'hash-key')).mode & 0o777).toBe(0o600)
  })

  test('what a rule drops is in the log as bytes of nobody', async () => {
    writeFileSync(home.config, '{"privacy":[{"rule":"drop","net":"127.0.0.0/8"}]}')
    const { child, finished } = await home.start()
    const port = await transfer(50_000)
    await sleep(1500)
    child.kill('SIGTERM')
    await finished
    expect(home.recorded(port).rows).toEqual([])
    const withheld = home.recorded(0).rows.filter(({ owner }) => owner.kind === 'unknown')
    const sum = withheld.reduce((bytes, row) => bytes + row.txBytes, 0)
    expect(sum).toBeGreaterThanOrEqual(50_000)
  })

  test('the service manager hears that it is ready, alive and stopping', async () => {
    const name = `@e2etop-test-${process.pid}`
    const native = loadNative()
    const fd = native.socket(1, 2, 0)
    try {
      expect(native.bindSocket(fd, socketAddress(name))).toBe(0)
      const { child, finished } = await home.start('1s', { NOTIFY_SOCKET: name })
      await sleep(2500)
      child.kill('SIGTERM')
      await finished
      const heard: string[] = []
      const into = Buffer.alloc(200)
      for (let n = native.receive(fd, into); n >= 0; n = native.receive(fd, into))
        heard.push(into.toString('utf8', 0, n))
      expect(heard[0]).toBe('READY=1')
      expect(heard.at(-1)).toBe('STOPPING=1')
      expect(heard.slice(1, -1)).toContain('WATCHDOG=1')
    } finally {
      closeSync(fd)
    }
  })

  test('status tells of a recorder that runs, of one that does not, and of what may not be read', async () => {
    const ask = async (...words: string[]) => {
      const { code, stdout } = await runProgram(['status', ...home.places, ...words])
      return { code, stdout }
    }
    expect(await ask()).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/none runs.*\n.*Start it: .*systemctl start e2etop-record/),
    })
    const { child } = await home.start()
    await home.untilRecorded(await transfer(10))
    const json = await ask('--format', 'json')
    expect(json.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      recorder: 'running',
      source: 'bpf',
      log_directory: home.log,
      log_files: 1,
      lost: [],
      records_written: expect.any(Number),
      oldest_record: expect.stringMatching(/Z$/),
      rss_bytes: expect.any(Number),
    })
    child.kill('SIGSTOP')
    const stopped = await ask()
    expect(stopped.stdout).toMatch(/not known: the recorder has said nothing for 5 s/)
    expect(stopped.code).toBe(3)
    child.kill('SIGKILL')
  })
})
