import { expect, test } from 'vitest'
import { containerOf } from '../../../src/capture/owners/container-of.ts'

const id = '3f2a9c51d0be8e7744aa10cf6f0b9d3c2e1f00998877665544332211aabbccdd'
const outer = 'ffffffffffff0000000000000000000000000000000000000000000000000000'
const pod = 'pod1c2d3e4f-0000-4000-8000-0123456789ab'
const podSlice = 'kubepods-burstable-pod1c2d3e4f_0000_4000_8000_0123456789ab.slice'
const rootless = '/user.slice/user-1000.slice/user@1000.service/user.slice'
const kubepods = '/kubepods.slice/kubepods-burstable.slice'

/** Paths as the runtimes write them, by runtime and cgroup driver. */
const table: readonly (readonly [path: string, container: string])[] = [
  ['/', ''],
  ['', ''],
  [`/system.slice/docker-${id}.scope`, 'docker:3f2a9c51d0be'],
  [`/docker/${id}`, 'docker:3f2a9c51d0be'],
  [`/docker/${id}/init`, 'docker:3f2a9c51d0be'],
  [`/docker/buildkit/${id}`, 'docker:3f2a9c51d0be'],
  [`/docker/${outer}/docker/${id}`, 'docker:3f2a9c51d0be'],
  [`${rootless}/docker-${id}.scope`, 'docker:3f2a9c51d0be'],
  [`${kubepods}/${podSlice}/docker-${id}.scope`, 'docker:3f2a9c51d0be'],
  [`${kubepods}/${podSlice}/cri-containerd-${id}.scope`, 'containerd:3f2a9c51d0be'],
  [`/system.slice/containerd.service/${podSlice}:cri-containerd:${id}`, 'containerd:3f2a9c51d0be'],
  [`/system.slice/nerdctl-${id}.scope`, 'containerd:3f2a9c51d0be'],
  [`/kubepods/burstable/${pod}/${id}`, 'kubernetes:3f2a9c51d0be'],
  [`/kubepods/${pod}/${id}`, 'kubernetes:3f2a9c51d0be'],
  [`${kubepods}/${podSlice}/${id}`, 'kubernetes:3f2a9c51d0be'],
  [`/machine.slice/libpod-${id}.scope`, 'podman:3f2a9c51d0be'],
  [`/machine.slice/libpod-${id}.scope/container`, 'podman:3f2a9c51d0be'],
  [`${rootless}/libpod-${id}.scope/container`, 'podman:3f2a9c51d0be'],
  [`/system.slice/web.service/libpod-payload-${id}`, 'podman:3f2a9c51d0be'],
  [`/libpod_parent/libpod-${id}`, 'podman:3f2a9c51d0be'],
  [`${kubepods}/${podSlice}/crio-${id}.scope`, 'crio:3f2a9c51d0be'],
  [`${kubepods}/${podSlice}/crio-${id}.scope/container`, 'crio:3f2a9c51d0be'],
  ['/lxc/web', 'lxc:web'],
  ['/lxc.payload.web', 'lxc:web'],
  ['/lxc.payload/web/system.slice/nginx.service', 'lxc:web'],
  [`/lxc.payload.web/system.slice/docker-${id}.scope`, 'docker:3f2a9c51d0be'],
  ['/machine.slice/systemd-nspawn@build.service/payload', 'nspawn:build'],
  ['/system.slice/nginx.service', 'unit:nginx.service'],
  [
    '/system.slice/system-postgresql.slice/postgresql@15-main.service',
    'unit:postgresql@15-main.service',
  ],
  ['/user.slice/user-1000.slice/user@1000.service/init.scope', 'unit:user@1000.service'],
  [
    '/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-77.scope',
    'unit:app-firefox-77.scope',
  ],
  ['/user.slice/user-1000.slice/session-3.scope', ''],
  ['/init.scope', ''],
]

test.each(table)('the cgroup %s is container "%s"', (path, container) => {
  expect(containerOf(path)).toBe(container)
})

test('the monitor beside a container is not in the container', () => {
  expect(containerOf(`/machine.slice/libpod-conmon-${id}.scope`)).not.toContain('podman')
  expect(containerOf(`/machine.slice/crio-conmon-${id}.scope`)).not.toContain('crio:')
  expect(containerOf('/lxc.monitor.web')).toBe('')
})

test('an id of another length is no container', () => {
  expect(containerOf(`/docker/${id.slice(1)}`)).toBe('')
  expect(containerOf(`/docker/${id}0`)).toBe('')
})

test('names that a container chose reach nobody raw', () => {
  expect(containerOf('/lxc.payload.\u001b[2Jx')).toBe('lxc:\ufffd[2Jx')
})
