import type { TableSpec } from './table-spec.ts'

/** "e2c1": says in the header of an SQLite file that it is a case. */
export const caseApplicationId = 0x6532_6331
/** Of the tables below; grows with any change of them. */
export const caseVersion = 1

const id = { name: 'id', type: 'INTEGER', help: 'number of the row' } as const
const host = { name: 'host', type: 'INTEGER', help: '`host.id`' } as const
const integer = (name: string, help: string) => ({ name, type: 'INTEGER', help }) as const
const text = (name: string, help: string) => ({ name, type: 'TEXT', help }) as const
const ms = 'ms since 1970 UTC'

/**
 * What a case file holds. Addresses and processes stand once and flows name them by number: a third of the bytes of text
 * in each row. Flows are numbers only, because binding one text costs as much as binding five numbers; the views have
 * words, and times as ISO text.
 */
export const tables = {
  meta: {
    help: 'What was asked, by whom, when, with what; and the digest of everything.',
    columns: [text('key', 'name'), text('value', 'value')],
    key: 'key',
  },
  host: {
    help: 'Each host that was asked, those that gave nothing too.',
    columns: [
      id,
      text('name', 'as it was asked'),
      text('machine_id', 'its /etc/machine-id, 32 hexadecimal digits; empty where it gave nothing'),
      text('state', 'whole, partial or missing'),
      text('why', 'why it is not whole; empty where it is'),
      { ...integer('from_ms', `since when its flows are here; ${ms}`), nullable: true },
      { ...integer('to_ms', 'until when'), nullable: true },
      {
        ...integer(
          'clock_offset_ms',
          'how far its clock was ahead of the asking host’s; of more than 1 s its times were put back by it',
        ),
        nullable: true,
      },
      text('version', 'of its e2etop'),
      text('source', 'how it captured: bpf, sockdiag, ...'),
      text('blind', 'what that source cannot see, a sentence a line'),
    ],
  },
  run: {
    help: 'One run of a host’s recorder; `flow_id` is unique within it.',
    columns: [
      id,
      host,
      text('boot_id', 'of the boot, 32 hexadecimal digits'),
      integer('stream', 'random number of the run'),
    ],
  },
  segment: {
    help: 'Files of the flow logs that rows came from, as they were when they were read.',
    columns: [
      id,
      host,
      text('file', 'name'),
      integer('bytes', 'that were there'),
      text('sha256', 'of them, hexadecimal; empty for a file that was still being written'),
    ],
  },
  addr: {
    help: 'Addresses.',
    columns: [
      id,
      text('ip', 'as text (RFC 5952)'),
      integer('family', '4 or 6'),
      {
        name: 'key',
        type: 'BLOB',
        help: '16 bytes, IPv4 mapped; a network is BETWEEN two of them',
      },
    ],
  },
  proc: {
    help: 'Owners of flows: each process as it was first seen.',
    columns: [
      id,
      text('kind', 'process, kernel or unknown'),
      { ...integer('pid', 'process id'), nullable: true },
      { ...integer('start_ms', `when it started; ${ms}`), nullable: true },
      { ...integer('parent_pid', 'of its parent'), nullable: true },
      text('process', 'its name, 15 bytes at most'),
      text('exe', 'path of its program'),
      { ...integer('uid', 'number of its user'), nullable: true },
      text('user', 'name of its user'),
      text('cgroup', 'path below the cgroup root'),
      text('container', 'container or unit'),
      text('why', 'why it is unknown'),
      { name: 'print', type: 'BLOB', help: 'first 16 bytes of the sha256 of the row' },
    ],
  },
  flow: {
    help: 'Records of flows: what a flow did since its record before, so counters can be summed. A flow whose record has end_reason 0 or 2 (active timeout) goes on.',
    columns: [
      id,
      integer('run', '`run.id`'),
      integer('flow_id', 'one flow, within its run; 0: of no flow (withheld by privacy rules)'),
      integer('start_ms', ms),
      integer('end_ms', ms),
      integer('protocol', 'IANA number'),
      integer(
        'direction',
        'who opened it: 0 unknown, 1 this host (outbound), 2 the other (inbound)',
      ),
      integer('local_addr', '`addr.id`'),
      integer('local_port', ''),
      integer('remote_addr', '`addr.id`'),
      integer('remote_port', ''),
      integer('proc', '`proc.id` of the process that used the socket last'),
      integer('opened_by', '`proc.id` of the process that opened it'),
      integer('netns', 'inode of the network namespace; 0: not known'),
      integer('tx_bytes', 'payload sent'),
      integer('rx_bytes', 'payload received'),
      integer('tx_packets', ''),
      integer('rx_packets', ''),
      integer('rtt_us', 'round trip of TCP; 0: none'),
      integer('retransmits', 'TCP segments sent again'),
      integer('state', 'of TCP, as the kernel numbers them; 0: none'),
      integer('end_reason', 'why the record was written: IPFIX flowEndReason; 0: the flow is open'),
      integer('flags', '1 began before capture, 2 carries a tunnel, 4 both ends on this host'),
    ],
  },
  gap: {
    help: 'Stretches of time for which a host does not hold everything.',
    columns: [
      id,
      host,
      integer('from_ms', ms),
      integer('to_ms', ms),
      text('reason', ''),
      integer('count', 'records or events lost; 0: nobody could count them'),
    ],
  },
  lost: {
    help: 'What a host’s source lost since it started.',
    columns: [
      id,
      host,
      text('reason', ''),
      integer('count', 'flows or events'),
      integer('last_ms', `the last time; ${ms}`),
    ],
  },
  digest: {
    help: 'sha256 over each 256 records of a host: says where a file was altered.',
    columns: [
      id,
      host,
      integer('first', '`flow.id` of the first'),
      integer('last', '`flow.id` of the last'),
      { name: 'sha256', type: 'BLOB', help: 'over the canonical bytes of the records' },
    ],
  },
  seal: {
    help: 'sha256 over the rows of a table, or of a host in all tables; `case` is over the other seals.',
    columns: [text('subject', '`case`, `host N`, or a table'), text('sha256', 'hexadecimal')],
    key: 'subject',
  },
  signature: {
    help: 'Who stands for the case: OpenSSH signatures (namespace e2etop-case@v1) of the seal `case`.',
    columns: [id, text('signature', 'as `ssh-keygen -Y sign` makes it')],
  },
} as const satisfies Record<string, TableSpec>

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]
/** Those of many rows, written page by page; the others go by SQL. */
export type StreamedTable = Exclude<TableName, 'meta' | 'host' | 'seal' | 'signature'>

export const flowColumnAt = (name: (typeof tables.flow.columns)[number]['name']): number =>
  tables.flow.columns.findIndex((column) => column.name === name)

/** They serve the questions that views and people ask. */
export const indices = {
  addr_key: 'CREATE UNIQUE INDEX addr_key ON addr(key)',
  proc_print: 'CREATE UNIQUE INDEX proc_print ON proc(print)',
  flow_end: 'CREATE INDEX flow_end ON flow(end_ms)',
  flow_remote: 'CREATE INDEX flow_remote ON flow(remote_addr)',
  flow_proc: 'CREATE INDEX flow_proc ON flow(proc)',
} as const
export type IndexName = keyof typeof indices
