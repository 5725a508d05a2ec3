import { readText } from '../owners/process-stat.ts'

const folder = '/proc/self/net'

/** Interfaces by which packets leave that have no nearer way. */
export function defaultRoutes(): ReadonlySet<string> {
  return parseDefaultRoutes(
    readText(`${folder}/route`) ?? '',
    readText(`${folder}/ipv6_route`) ?? '',
  )
}

/** The texts of /proc/net/route and /proc/net/ipv6_route. */
export function parseDefaultRoutes(ipv4: string, ipv6: string): ReadonlySet<string> {
  const rows = (text: string) => text.split('\n').map((line) => line.trim().split(/\s+/))
  const names = [
    ...rows(ipv4)
      .filter((row) => row[1] === '00000000' && row[7] === '00000000')
      .map(([name]) => name),
    ...rows(ipv6)
      .filter((row) => /^0{32}$/.test(row[0] ?? '') && row[1] === '00')
      .map((row) => row.at(-1)),
  ]
  // Where there is no way at all, IPv6 has a route to loopback that refuses.
  return new Set(names.filter((name): name is string => name !== undefined && name !== 'lo'))
}
