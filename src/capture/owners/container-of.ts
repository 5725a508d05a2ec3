import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'

/** Hex digits kept of a container's id, as `docker ps` and `crictl ps` print it. */
const shortIdLength = 12

/**
 * How each runtime names the cgroup of a container, by cgroup driver (systemd or cgroupfs). Not matched on
 * purpose: `libpod-conmon-…`, `crio-conmon-…` and `lxc.monitor.…`, which hold the runtime's own monitor outside
 * the container. A plain `/kubepods/…/pod…/<id>` does not say which runtime made it.
 */
const runtimes: readonly { readonly runtime: string; readonly pattern: RegExp }[] = [
  { runtime: 'docker', pattern: /\/docker-([0-9a-f]{64})\.scope(?=\/|$)/g },
  { runtime: 'docker', pattern: /\/docker\/(?:buildkit\/)?([0-9a-f]{64})(?=\/|$)/g },
  { runtime: 'containerd', pattern: /\/(?:cri-containerd|nerdctl)-([0-9a-f]{64})\.scope(?=\/|$)/g },
  { runtime: 'containerd', pattern: /:cri-containerd:([0-9a-f]{64})(?=\/|$)/g },
  { runtime: 'podman', pattern: /\/libpod-(?:payload-)?([0-9a-f]{64})(?:\.scope)?(?=\/|$)/g },
  { runtime: 'crio', pattern: /\/crio-([0-9a-f]{64})(?:\.scope)?(?=\/|$)/g },
  {
    runtime: 'kubernetes',
    pattern: /\/kubepods[^/]*(?:\/[^/]+)*?\/(?:kubepods-[^/]*)?pod[^/]+\/([0-9a-f]{64})(?=\/|$)/g,
  },
  { runtime: 'lxc', pattern: /\/(?:lxc\/|lxc\.payload[./])([^/]+)/g },
  { runtime: 'nspawn', pattern: /\/systemd-nspawn@([^/]+)\.service(?=\/|$)/g },
]

/**
 * The innermost container that a cgroup path lies in, as `<runtime>:<id>`; outside of containers the innermost
 * systemd unit, as `unit:<name>`; '' where there is neither. A container wins over a unit inside it. Takes the
 * path as the kernel names it and returns cleaned text.
 */
export function containerOf(cgroupPath: string): string {
  let innermost = { at: -1, name: '' }
  for (const { runtime, pattern } of runtimes) {
    for (const match of cgroupPath.matchAll(pattern)) {
      const id = match[1] ?? ''
      const end = match.index + match[0].length
      if (end > innermost.at) innermost = { at: end, name: `${runtime}:${shortId(id)}` }
    }
  }
  if (innermost.at >= 0) return cleanText(innermost.name, limits.nameLength)
  const unit = unitOf(cgroupPath)
  return unit === undefined ? '' : cleanText(`unit:${unit}`, limits.nameLength)
}

function shortId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, shortIdLength) : id
}

/** Login sessions and systemd's own `init.scope` are scopes too, but say no more than user and process do. */
function unitOf(cgroupPath: string): string | undefined {
  return cgroupPath
    .split('/')
    .toReversed()
    .find(
      (segment) =>
        /.\.(service|scope)$/.test(segment) && !/^(session-[^/]*|init)\.scope$/.test(segment),
    )
}
