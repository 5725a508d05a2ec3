import type { WordSpec } from './word-spec.ts'

/** Addresses and ports; no text is looked up as a name. */
export const endWords = {
  host: {
    kind: 'address',
    end: 'either',
    aliases: ['ip'],
    help: 'address of either end',
    example: 'host 192.0.2.7',
  },
  net: {
    kind: 'address',
    end: 'either',
    help: 'network of either end',
    example: 'net 10.0.0.0/8',
  },
  port: {
    kind: 'port',
    end: 'either',
    aliases: ['portrange'],
    help: 'port of either end',
    example: 'port (80,443,8000-8999)',
  },
  src: {
    kind: 'end',
    help: 'the end that opened the flow',
    example: 'src host 192.0.2.7',
  },
  dst: {
    kind: 'end',
    help: 'the end that accepted it',
    example: 'dst port 443',
  },
  local: { kind: 'end', help: 'the end on this host', example: 'local port 22' },
  remote: { kind: 'end', help: 'the other end', example: 'not remote net 10.0.0.0/8' },
  local_ip: {
    kind: 'address',
    end: 'local',
    help: 'as `local host`',
    example: 'local_ip 192.0.2.7',
  },
  local_port: { kind: 'port', end: 'local', help: 'as `local port`', example: 'local_port 22' },
  remote_ip: {
    kind: 'address',
    end: 'remote',
    help: 'as `remote host`',
    example: 'remote_ip 2001:db8::1',
  },
  remote_port: {
    kind: 'port',
    end: 'remote',
    help: 'as `remote port`',
    example: 'remote_port < 1024',
  },
} as const satisfies Record<string, WordSpec>
