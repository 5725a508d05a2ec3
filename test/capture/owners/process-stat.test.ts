import { expect, test } from 'vitest'
import { findCgroup2, parseMembership } from '../../../src/capture/owners/cgroup-paths.ts'
import { parseStat } from '../../../src/capture/owners/process-stat.ts'
import { parsePasswd } from '../../../src/capture/owners/user-names.ts'

const tail = '176 6176 4557 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 79816 3133440 361'

test('a comm of blanks and parentheses does not shift the fields of stat', () => {
  expect(parseStat(`42 (a) R 1 (b)) S 6${tail}`)).toEqual({
    comm: 'a) R 1 (b)',
    parentPid: 6176,
    startTicks: 79_816,
  })
})

test('a stat line cut anywhere before its start time is no stat', () => {
  const line = `42 (sh) S 6${tail}`
  const whole = line.indexOf(' 3133440')
  for (let cut = 0; cut < whole - 5; cut++)
    expect(parseStat(line.slice(0, cut)), `cut at ${cut}`).toBeUndefined()
})

test('the first passwd line of a uid wins, and lines that are none are passed by', () => {
  const passwd =
    'root:x:0:0::/:/bin/sh\ntoor:x:0:0\n+::::::\n:x:5:5\nshort:x\nneg:x:-1:0\nok:x:7:7\n'
  expect([...parsePasswd(passwd)]).toEqual([
    [0, 'root'],
    [7, 'ok'],
  ])
})

test('cgroup2 is found where a hybrid host mounts it, blanks and all', () => {
  const mounts = 'tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/my\\040cgroup cgroup2 rw 0 0\n'
  expect(findCgroup2(mounts)).toBe('/sys/fs/my cgroup')
  expect(findCgroup2('cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n')).toBeUndefined()
})

test('membership drops the mark of a removed cgroup and paths outside of our namespace', () => {
  expect(parseMembership('3:pids:/../x\n1:name=systemd:/y\n0::/web.service (deleted)\n')).toEqual({
    unified: '/web.service',
    legacy: ['/y'],
  })
})
