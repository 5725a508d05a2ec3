import { closeSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { loadNative } from '../../src/capture/native.ts'
import { serviceManager, socketAddress } from '../../src/recorder/service-manager.ts'

const unixFamily = 1
const datagram = 2
const open: number[] = []
const directories: string[] = []
afterEach(() => {
  open.splice(0).forEach((fd) => closeSync(fd))
  directories.splice(0).forEach((path) => rmSync(path, { recursive: true }))
})

/** The service manager's end of the socket. */
function bound(name: string) {
  const native = loadNative()
  const fd = native.socket(unixFamily, datagram, 0)
  open.push(fd)
  expect(native.bindSocket(fd, socketAddress(name))).toBe(0)
  return () => {
    const into = Buffer.alloc(200)
    const length = native.receive(fd, into)
    return length < 0 ? undefined : into.toString('utf8', 0, length)
  }
}

function path() {
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-notify-'))
  directories.push(directory)
  return join(directory, 'notify')
}

test.each([
  ['a path', path],
  ['an abstract name', () => `@e2etop-test-${process.pid}`],
])('what the recorder says is heard at %s, each time whole', (_what, nameOf) => {
  const name = nameOf()
  const receive = bound(name)
  const manager = serviceManager(name)
  manager.say('READY=1')
  manager.say('STATUS=two\nlines')
  manager.close()
  expect(receive()).toBe('READY=1')
  expect(receive()).toBe('STATUS=two\nlines')
  expect(receive()).toBeUndefined()
})

test('a manager that never listens is an error at the start, none at all is silence', () => {
  expect(() => serviceManager('/nonexistent/notify')).toThrow(/ENOENT/)
  expect(() => serviceManager(undefined).say('READY=1')).not.toThrow()
})

test('a manager that is gone, or does not read, does not hold up the recorder', () => {
  const name = path()
  bound(name)
  const manager = serviceManager(name)
  // Its queue holds some hundreds.
  const sayMuch = () => {
    for (let i = 0; i < 1000; i++) manager.say('WATCHDOG=1')
  }
  expect(sayMuch).not.toThrow()
  open.splice(0).forEach((fd) => closeSync(fd))
  expect(sayMuch).not.toThrow()
  manager.close()
})
