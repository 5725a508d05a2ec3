import { writeFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { FakeHost, sighting } from './fake-host.ts'

let host: FakeHost
beforeEach(() => {
  host = new FakeHost()
})
afterEach(() => host.remove())

const id64 = '3f2a9c51d0be8e7744aa10cf6f0b9d3c2e1f00998877665544332211aabbccdd'

describe('identity', () => {
  test('the same pid, start, uid and comm give the same object, any other gives another', () => {
    const owners = host.owners()
    const first = owners.processOwner(sighting())
    expect(owners.processOwner(sighting())).toBe(first)
    for (const change of [
      { pid: 501 },
      { startTicks: 99_001 },
      { uid: 1001 },
      { comm: Buffer.from('si') },
      { comm: Buffer.from('sh2') },
    ])
      expect(owners.processOwner(sighting(change)), JSON.stringify(change)).not.toBe(first)
    expect(owners.processOwner(sighting())).toBe(first)
  })

  test('start is the boot time plus the ticks, and 0 where the ticks are not known', () => {
    const owners = host.owners()
    expect(owners.processOwner(sighting()).start).toBe(host.now - 1_000_000 + 990_000)
    expect(owners.processOwner(sighting({ startTicks: 0 })).start).toBe(0)
  })

  test('a step of the clock does not change when a process began', () => {
    const owners = host.owners()
    const before = owners.processOwner(sighting()).start
    host.now += 3_600_000
    expect(owners.processOwner(sighting({ uid: 1001 })).start).toBe(before)
  })

  test('an owner outlives its process, its cgroup and its user', () => {
    host.run(500, { startTicks: 99_000, exe: '/bin/dash', cgroup: '0::/web\n' })
    const cgroupId = host.cgroup('web')
    const owners = host.owners()
    const first = owners.processOwner(sighting({ cgroupId }))
    host.end(500)
    writeFileSync(host.passwd, '')
    expect(owners.processOwner(sighting({ cgroupId }))).toBe(first)
    expect(first).toMatchObject({ exe: '/bin/dash', cgroup: '/web', user: 'alice' })
  })

  test('owners are kept up to the limit, and of more the ones in use', () => {
    const owners = host.owners()
    const inUse = owners.processOwner(sighting())
    const idle = owners.processOwner(sighting({ pid: 501 }))
    for (let i = 0; i <= limits.ownersKnown; i++) {
      owners.processOwner(sighting({ pid: 1000 + i }))
      if (i % 1000 === 0) owners.processOwner(sighting())
    }
    expect(owners.processOwner(sighting())).toBe(inUse)
    expect(owners.processOwner(sighting({ pid: 501 }))).not.toBe(idle)
  })

  test('names of escape sequences, bidi marks and invalid UTF-8 are cleaned', () => {
    host.run(500, { startTicks: 99_000, exe: '/tmp/\u001b]0;x\u0007evil\u202egnp.exe' })
    const comm = Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0xff, 0x0a, 0x41])
    const owner = host.owners().processOwner(sighting({ comm }))
    expect(owner.process).toBe('\ufffd[2J\ufffd\ufffdA')
    expect(owner.exe).toBe('/tmp/\ufffd]0;x\ufffdevil\ufffdgnp.exe')
  })
})

describe('program', () => {
  test('/proc/PID/exe of a reused pid is not taken', () => {
    host.run(500, { startTicks: 99_500, exe: '/usr/bin/newcomer' })
    const owners = host.owners()
    expect(owners.processOwner(sighting({ startTicks: 99_000 })).exe).toBe('')
    expect(owners.processOwner(sighting({ startTicks: 99_500 })).exe).toBe('/usr/bin/newcomer')
  })

  test('after the seed a process keeps its program though /proc no longer tells it', () => {
    host.run(500, { startTicks: 99_000, exe: '/usr/sbin/nginx', comm: 'nginx' })
    const owners = host.owners()
    owners.seedFromProc()
    host.hideExe(500)
    expect(owners.processOwner(sighting({ comm: Buffer.from('nginx') })).exe).toBe(
      '/usr/sbin/nginx',
    )
  })

  test('a seeded pid that was reused does not lend its program', () => {
    host.run(500, { startTicks: 99_000, exe: '/usr/sbin/nginx' })
    const owners = host.owners()
    owners.seedFromProc()
    host.hideExe(500)
    expect(owners.processOwner(sighting({ startTicks: 100_500 })).exe).toBe('')
  })

  test('execve names the program, also of a process that has ended', () => {
    const owners = host.owners()
    owners.recordExec(500, 100_500, '/usr/bin/curl')
    const comm = Buffer.from('curl')
    expect(owners.processOwner(sighting({ startTicks: 100_500, comm })).exe).toBe('/usr/bin/curl')
  })

  test('a relative execve path gives way to /proc, and stays relative without it', () => {
    const owners = host.owners()
    owners.recordExec(500, 100_500, './server')
    const comm = Buffer.from('server')
    const seen = sighting({ startTicks: 100_500, comm })
    expect(owners.processOwner(seen).exe).toBe('./server')
    owners.recordExec(501, 100_500, './server')
    host.run(501, { startTicks: 100_500, exe: '/srv/app/server' })
    expect(owners.processOwner({ ...seen, pid: 501 }).exe).toBe('/srv/app/server')
  })

  test('a program that is in memory only is named so, and a file of such a name is not', () => {
    const owners = host.owners()
    const exeOf = (pid: number, path: string, comm: string) => {
      owners.recordExec(pid, 100_500, path, 'memfd:evil')
      const seen = sighting({ pid, startTicks: 100_500, comm: Buffer.from(comm) })
      return owners.processOwner(seen).exe
    }
    expect(exeOf(500, '/proc/self/fd/3', '3')).toBe('/memfd:evil')
    expect(exeOf(501, '/dev/fd/4', 'memfd:evil')).toBe('/memfd:evil')
    expect(exeOf(502, '/tmp/memfd:evil', 'memfd:evil')).toBe('/tmp/memfd:evil')
  })

  test('a sighting from before an execve keeps the program of then', () => {
    const owners = host.owners()
    owners.recordExec(500, 100_500, '/bin/sh')
    owners.recordExec(500, 100_500, '/usr/sbin/nginx')
    const at = (comm: string) => sighting({ startTicks: 100_500, comm: Buffer.from(comm) })
    expect(owners.processOwner(at('sh')).exe).toBe('/bin/sh')
    expect(owners.processOwner(at('nginx')).exe).toBe('/usr/sbin/nginx')
    expect(owners.processOwner(at('worker: 1')).exe).toBe('/usr/sbin/nginx')
  })

  test('an execve of another program of the same name is noticed', () => {
    const owners = host.owners()
    const seen = sighting({ startTicks: 100_500, comm: Buffer.from('python3') })
    owners.recordExec(500, 100_500, '/usr/bin/python3')
    expect(owners.processOwner(seen).exe).toBe('/usr/bin/python3')
    owners.recordExec(500, 100_500, '/opt/venv/bin/python3')
    expect(owners.processOwner(seen).exe).toBe('/opt/venv/bin/python3')
  })

  test('a fork without execve has its parent program, and so have its own forks', () => {
    const owners = host.owners()
    owners.recordExec(500, 100_400, '/usr/sbin/nginx')
    const comm = Buffer.from('nginx')
    const child = sighting({ pid: 501, parentPid: 500, startTicks: 100_500, comm })
    expect(owners.processOwner(child).exe).toBe('/usr/sbin/nginx')
    const grandchild = sighting({ pid: 502, parentPid: 501, startTicks: 100_600, comm })
    expect(owners.processOwner(grandchild).exe).toBe('/usr/sbin/nginx')
  })

  test('an orphan does not get the program of the init that adopted it', () => {
    host.run(1, { startTicks: 5, exe: '/usr/lib/systemd/systemd', comm: 'systemd' })
    const owners = host.owners()
    owners.seedFromProc()
    const comm = Buffer.from('daemon')
    expect(owners.processOwner(sighting({ startTicks: 100_500, comm })).exe).toBe('')
  })

  test('a parent pid that was reused after the fork lends nothing', () => {
    const owners = host.owners()
    owners.recordExec(500, 100_700, '/usr/bin/sh')
    const child = sighting({ pid: 501, parentPid: 500, startTicks: 100_500 })
    expect(owners.processOwner(child).exe).toBe('')
  })

  test('a process from before capture lends nothing from a parent, because it may have called execve', () => {
    host.run(400, { startTicks: 90_000, exe: '/bin/sh' })
    const owners = host.owners()
    owners.seedFromProc()
    expect(owners.processOwner(sighting({ parentPid: 400, startTicks: 99_000 })).exe).toBe('')
    expect(owners.processOwner(sighting({ parentPid: 400, startTicks: 100_001 })).exe).toBe(
      '/bin/sh',
    )
  })
})

describe('user', () => {
  test('a name comes from passwd, and a changed passwd is read again', () => {
    const owners = host.owners()
    expect(owners.processOwner(sighting()).user).toBe('alice')
    writeFileSync(host.passwd, 'bob\u001b[31m:x:1001:1001::/:/bin/sh\n')
    utimesSync(host.passwd, 1, 1)
    expect(owners.processOwner(sighting({ uid: 1001 })).user).toBe('bob\ufffd[31m')
  })

  test('a uid that passwd lacks is decimal until the name service answers, and asked for once', async () => {
    host.nameService = { 70_001: 'carol:*:70001:70001::/home/carol:/bin/sh\n' }
    const owners = host.owners()
    expect(owners.processOwner(sighting({ uid: 70_001 })).user).toBe('70001')
    expect(owners.processOwner(sighting({ uid: 70_001, pid: 501 })).user).toBe('70001')
    await Promise.resolve()
    await Promise.resolve()
    expect(owners.processOwner(sighting({ uid: 70_001 })).user).toBe('carol')
    expect(owners.processOwner(sighting({ uid: 70_001, pid: 501 })).user).toBe('carol')
    expect(host.askedUids).toEqual([70_001])
  })

  test('a name service answer about another uid names nobody', async () => {
    host.nameService = { 70_001: 'root:x:0:0::/:/bin/sh\n' }
    const owners = host.owners()
    owners.processOwner(sighting({ uid: 70_001 }))
    await Promise.resolve()
    await Promise.resolve()
    expect(owners.processOwner(sighting({ uid: 70_001 })).user).toBe('70001')
  })
})

describe('limits', () => {
  test('the name service is asked about as many uids as the limit, and no more', () => {
    const owners = host.owners()
    for (let i = 0; i <= limits.nameServiceUidsMax; i++)
      owners.processOwner(sighting({ uid: 70_000 + i }))
    expect(host.askedUids).toHaveLength(limits.nameServiceUidsMax)
  })

  test('a walk reads as many cgroups as the limit, and the ones nearest to the root', () => {
    const deep = host.cgroup('0/deep')
    for (let i = 1; i < limits.cgroupsWalked - 1; i++) host.cgroup(String(i))
    const last = host.cgroup(String(limits.cgroupsWalked - 2))
    const owners = host.owners()
    expect(owners.processOwner(sighting({ cgroupId: last })).cgroup).not.toBe('')
    expect(owners.processOwner(sighting({ pid: 501, cgroupId: deep })).cgroup).toBe('')
  })
})

describe('cgroup', () => {
  test('the id is found in the tree though the process has ended', () => {
    const cgroupId = host.cgroup(`system.slice/docker-${id64}.scope`)
    const owner = host.owners().processOwner(sighting({ cgroupId }))
    expect(owner.cgroup).toBe(`/system.slice/docker-${id64}.scope`)
    expect(owner.container).toBe('docker:3f2a9c51d0be')
  })

  test('the root is /', () => {
    expect(host.owners().processOwner(sighting({ cgroupId: host.cgroup('.') })).cgroup).toBe('/')
  })

  test('a process that has moved since is not believed about its id', () => {
    const cgroupId = host.cgroup('before')
    host.cgroup('after')
    host.run(500, { startTicks: 99_000, cgroup: '0::/after\n' })
    expect(host.owners().processOwner(sighting({ cgroupId })).cgroup).toBe('/before')
  })

  test('without an id the process itself is asked, and a reused pid is not', () => {
    host.run(500, { startTicks: 99_000, cgroup: '0::/system.slice/ssh.service\n' })
    const owners = host.owners()
    expect(owners.processOwner(sighting()).container).toBe('unit:ssh.service')
    expect(owners.processOwner(sighting({ startTicks: 98_000 })).cgroup).toBe('')
  })

  test('an unknown id waits for the next walk, which is not before 10 s, and is then filled in', () => {
    const owners = host.owners()
    owners.processOwner(sighting({ cgroupId: host.cgroup('a') }))
    const late = sighting({ pid: 501, cgroupId: host.cgroup('late.service') })
    expect(owners.processOwner(late).cgroup).toBe('')
    host.now += 9_999
    expect(owners.processOwner(late).cgroup).toBe('')
    host.now += 1
    expect(owners.processOwner(late)).toMatchObject({
      cgroup: '/late.service',
      container: 'unit:late.service',
    })
  })

  test('a hybrid host has the root cgroup and names the container from the v1 hierarchies', () => {
    const cgroup = `2:cpu,cpuacct:/docker/${id64}\n1:name=systemd:/docker/${id64}\n0::/\n`
    host.run(500, { startTicks: 99_000, cgroup })
    const owner = host.owners().processOwner(sighting({ cgroupId: host.cgroup('.') }))
    expect(owner).toMatchObject({ cgroup: '/', container: 'docker:3f2a9c51d0be' })
  })

  test('without cgroup2 the cgroup stays unknown', () => {
    writeFileSync(join(host.proc, 'mounts'), 'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n')
    host.run(500, { startTicks: 99_000, cgroup: '1:cpu:/x\n' })
    expect(host.owners().processOwner(sighting({ cgroupId: 7n })).cgroup).toBe('')
  })

  test('a cgroup with an invalid name is found and cleaned', () => {
    const cgroupId = host.cgroup('a\u001b[2Jb')
    expect(host.owners().processOwner(sighting({ cgroupId })).cgroup).toBe('/a\ufffd[2Jb')
  })
})

test('the process that runs this test is described as the system knows it', async () => {
  const { Owners } = await import('../../../src/capture/owners/owners.ts')
  const { readStat } = await import('../../../src/capture/owners/process-stat.ts')
  const stat = readStat('/proc', process.pid)!
  const owner = new Owners().processOwner({
    pid: process.pid,
    startTicks: stat.startTicks,
    parentPid: stat.parentPid,
    uid: process.getuid!(),
    comm: Buffer.from(stat.comm, 'latin1'),
    cgroupId: 0n,
  })
  expect(owner.exe).toBe(process.execPath)
  const startedAt = Date.now() - process.uptime() * 1000
  // Node counts its uptime from a little after the fork.
  expect(Math.abs(owner.start - startedAt)).toBeLessThan(5_000)
})
