import { directions, endReasons, tcpStates } from '../../model/flow.ts'

const iso = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`

const joins = `FROM flow f JOIN run r ON r.id = f.run JOIN host h ON h.id = r.host
  JOIN addr l ON l.id = f.local_addr JOIN addr m ON m.id = f.remote_addr JOIN proc p ON p.id = f.proc`

const counters = ['tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']
const sums = (of: string) => counters.map((name) => `sum(${of}.${name}) AS ${name}`).join(', ')

/** A tunnel's own packets carry the inner flows: counting both would count bytes twice. */
const noCarriers = 'WHERE f.flags & 2 = 0'

/**
 * Traffic by a `part` of records that is a number. Run by run, because a flow is of one run and so its number alone
 * tells it there; and in the order of the file, because that of an index would be a seek for each record.
 */
const trafficBy = (part: string, joined = '') =>
  `SELECT f.run, ${part} AS part, min(f.proc) AS proc, count(DISTINCT f.flow_id) AS flows, ${sums('f')}
    FROM flow f ${joined} ${noCarriers} GROUP BY 1, 2`

/** Names of owners that are no process, as every screen has them. */
const processName = `CASE p.kind WHEN 'process' THEN p.process ELSE '<' || p.kind || '>' END`
/** Which an owner that is no process may have as well. */
const userName = `CASE p.user WHEN '' THEN '<' || p.kind || '>' ELSE p.user END`

/** Traffic of owners by words of them: those with the same words have one number, and numbers sort quickly. */
const ownersTraffic = (words: Readonly<Record<string, string>>) => {
  const columns = Object.entries(words).map(([name, word]) => `${word} AS ${name}`)
  return `WITH who AS (SELECT p.id, dense_rank() OVER (ORDER BY ${Object.values(words).join(', ')}) AS part FROM proc p),
  s AS (${trafficBy('who.part', 'CROSS JOIN who ON who.id = f.proc')})
  SELECT h.name AS host, ${columns.join(', ')}, sum(s.flows) AS flows, ${sums('s')}
  FROM s JOIN run r ON r.id = s.run JOIN host h ON h.id = r.host JOIN proc p ON p.id = s.proc
  GROUP BY h.name, ${Object.values(words).join(', ')}`
}

const unknown = directions.indexOf('unknown')
const outbound = directions.indexOf('outbound')
const inbound = directions.indexOf('inbound')

/** The word for a number of the vocabulary's list. */
const worded = (column: string, words: readonly string[]) =>
  `CASE ${column} ${words.map((word, i) => `WHEN ${i} THEN '${word}'`).join(' ')} END`

interface ViewSpec {
  readonly help: string
  readonly select: string
}

/** For people and other tools; all that they show is in the tables. */
export const views = {
  flows: {
    help: 'Records under the names of the vocabulary, times as ISO text in UTC.',
    select: `SELECT f.id, ${iso('f.start_ms')} AS start, ${iso('f.end_ms')} AS end, h.name AS host,
  f.protocol, ${worded('f.direction', directions)} AS direction, l.ip AS local_ip, f.local_port, m.ip AS remote_ip, f.remote_port, p.kind AS owner,
  p.pid, ${processName} AS process, p.exe, p.uid, ${userName} AS user, p.cgroup, p.container, f.netns,
  f.tx_bytes, f.rx_bytes, f.tx_packets, f.rx_packets, f.rtt_us, f.retransmits, ${worded('f.state', tcpStates)} AS state,
  ${worded('f.end_reason', endReasons)} AS end_reason, f.flags,
  f.flow_id, f.run ${joins}`,
  },
  paper: {
    help: 'The tuple of Cooke et al., USENIX ATC 2006; source and destination where the opener is known.',
    select: `SELECT CASE f.direction WHEN ${inbound} THEN m.ip ELSE l.ip END AS sip,
  CASE f.direction WHEN ${inbound} THEN l.ip ELSE m.ip END AS dip,
  CASE f.direction WHEN ${inbound} THEN f.local_port ELSE f.remote_port END AS dport,
  CASE f.direction WHEN ${inbound} THEN f.remote_port ELSE f.local_port END AS sport,
  f.protocol AS proto, ${processName} AS process_name, p.pid AS process_id,
  f.tx_bytes + f.rx_bytes AS bytes, f.tx_packets + f.rx_packets AS packets, ${iso('f.end_ms')} AS timestamp
  ${joins} WHERE f.direction <> ${unknown}`,
  },
  by_process: {
    help: 'Flows and traffic of each program on each host; tunnels by their inner flows.',
    select: ownersTraffic({ process: processName, exe: 'p.exe' }),
  },
  by_user: {
    help: 'Flows and traffic of each user on each host.',
    select: ownersTraffic({ user: userName }),
  },
  talkers: {
    help: 'Flows and traffic with each remote address, over all hosts.',
    select: `WITH s AS (${trafficBy('+f.remote_addr')})
  SELECT m.ip AS remote_ip, count(DISTINCT r.host) AS hosts, sum(s.flows) AS flows, ${sums('s')}
  FROM s JOIN run r ON r.id = s.run JOIN addr m ON m.id = s.part GROUP BY s.part`,
  },
  both_ends: {
    help: 'Flows seen at both their ends, each with its owner: ends that mirror each other and overlap in time.',
    select: `WITH whole AS (SELECT run, flow_id, min(start_ms) AS start_ms, max(end_ms) AS end_ms, protocol, direction,
    local_addr, local_port, remote_addr, remote_port, max(proc) AS proc, sum(tx_bytes) AS tx_bytes, sum(rx_bytes) AS rx_bytes
    FROM flow WHERE direction <> ${unknown} AND flow_id > 0 GROUP BY run, flow_id)
  SELECT ha.name AS opener_host, pa.process AS opener_process, pa.user AS opener_user, hb.name AS accepter_host,
  pb.process AS accepter_process, pb.user AS accepter_user, a.protocol, la.ip AS opener_ip, a.local_port AS opener_port,
  lb.ip AS accepter_ip, b.local_port AS accepter_port, ${iso('min(a.start_ms, b.start_ms)')} AS start,
  ${iso('max(a.end_ms, b.end_ms)')} AS end, a.tx_bytes AS opener_tx_bytes, b.rx_bytes AS accepter_rx_bytes,
  b.tx_bytes AS accepter_tx_bytes, a.rx_bytes AS opener_rx_bytes
  FROM whole a JOIN whole b ON b.remote_addr = a.local_addr AND b.local_addr = a.remote_addr
    AND b.remote_port = a.local_port AND b.local_port = a.remote_port AND b.protocol = a.protocol
    AND b.start_ms <= a.end_ms AND b.end_ms >= a.start_ms
  JOIN run ra ON ra.id = a.run JOIN host ha ON ha.id = ra.host JOIN run rb ON rb.id = b.run JOIN host hb ON hb.id = rb.host
  JOIN addr la ON la.id = a.local_addr JOIN addr lb ON lb.id = b.local_addr
  JOIN proc pa ON pa.id = a.proc JOIN proc pb ON pb.id = b.proc
  WHERE a.direction = ${outbound} AND b.direction = ${inbound}`,
  },
} as const satisfies Record<string, ViewSpec>

export const createView = (name: keyof typeof views) =>
  `CREATE VIEW ${name} AS ${views[name].select}`
