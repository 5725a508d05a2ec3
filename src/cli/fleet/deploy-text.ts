import { megabytes } from '../../fleet/deploy/deployment.ts'
import type { DeployRequest, DeployState, LookedAt } from '../../fleet/deploy/host-deployment.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { jsonLine } from '../query/answer-json.ts'

/** What is going to be done, a line a host. */
export const planTable = (looked: readonly LookedAt[], request: DeployRequest): string =>
  alignedTable<LookedAt>(
    [
      { title: 'HOST', align: 'left', cell: ({ host }) => host },
      { title: 'PLAN', align: 'left', cell: ({ plan }) => planWords[plan.kind] },
      { title: 'WHAT', align: 'left', cell: (one) => planned(one, request) },
    ],
    looked,
  )

/** The same for scripts. */
export const planLines = (looked: readonly LookedAt[], request: DeployRequest): string =>
  looked
    .map((one) => {
      const { host, plan } = one
      return jsonLine({
        type: 'host',
        host,
        plan: planWords[plan.kind],
        why: planned(one, request),
      })
    })
    .join('')

const planWords: Readonly<Record<LookedAt['plan']['kind'], string>> = {
  write: 'write',
  there: 'there',
  remove: 'remove',
  absent: 'nothing',
  cannot: 'cannot',
}

function planned({ plan }: LookedAt, request: DeployRequest): string {
  switch (plan.kind) {
    case 'cannot':
      return plan.why
    case 'absent':
      return 'nothing was deployed there'
    case 'remove':
      return `${plan.facts.base}${plan.facts.hasService ? ' and the recorder, but not its log' : ''}`
    case 'there':
    case 'write':
      return request.kind === 'write' ? written(plan, request) : ''
  }
}

function written(
  plan: Extract<LookedAt['plan'], { kind: 'write' | 'there' }>,
  { program: { name }, spare, withRecorder }: Extract<DeployRequest, { kind: 'write' }>,
): string {
  const { base, deployed } = plan.facts
  const recorder = withRecorder ? '; and its recorder as a service, by install-service' : ''
  if (plan.kind === 'there') return `${base}/${name}${recorder}`
  const ours = spare.kind === 'node' && spare.version ? `Node.js ${spare.version}` : 'a Node.js'
  const node =
    plan.node === 'ours' ? `with ${ours}` : `for its ${plan.node.path} (${plan.node.version})`
  const before = deployed && deployed.name !== name ? `, in place of ${deployed.name}` : ''
  return `${base}/${name}, ${megabytes(plan.bytes)}, ${node}${before}${recorder}`
}

/** What was done. */
export const stateTable = (states: readonly DeployState[]): string =>
  alignedTable(stateColumns, states)

const stateColumns: readonly Column<DeployState>[] = [
  { title: 'HOST', align: 'left', cell: ({ host }) => host },
  { title: 'STATE', align: 'left', cell: ({ state }) => state },
  { title: 'NOTE', align: 'left', cell: ({ note }) => note },
]

export const stateLines = (states: readonly DeployState[]): string =>
  states.map(({ host, state, note }) => jsonLine({ type: 'host', host, state, why: note })).join('')
