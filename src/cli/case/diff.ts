import { caseContents } from '../../export/case/case-contents.ts'
import { timeOfCase } from '../../export/case/case-time.ts'
import { diffCases, type CaseChange } from '../../export/case/diff-cases.ts'
import { openCase, type ReadCase } from '../../export/case/read-case.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { comparedNotes, type ComparedCase } from './compared-times.ts'
import { sayNotVerified } from './not-verified.ts'

/** What counts as grown or shrunk: by this factor. */
const factor = 2

/** `e2etop diff`: conversations of the second case that the first has not, or has otherwise. */
export async function diff({ operands, options }: Arguments): Promise<number> {
  const [before, after] = [await openCase(operands[0]!), await openCase(operands[1]!)]
  try {
    const changes = diffCases(before, after, { factor })
    const format = options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')
    process.stdout.write(format === 'json' ? changeLines(changes) : changeTable(changes))
    const [first, second] = [compared(operands[0]!, before), compared(operands[1]!, after)]
    for (const line of comparedNotes(first, second)) process.stderr.write(`e2etop: ${line}\n`)
    const missing = [...notWhole(operands[0]!, before), ...notWhole(operands[1]!, after)]
    for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
    sayNotVerified(operands[0]!, operands[1]!)
    return missing.length > 0 ? exitCode.partial : exitCode.ok
  } finally {
    before.close()
    after.close()
  }
}

function compared(path: string, { database }: ReadCase): ComparedCase {
  const contents = caseContents(database)
  return { path, time: timeOfCase(database, contents), hosts: contents.hosts }
}

/** What is not in a case may look new or gone. */
const notWhole = (path: string, { database }: ReadCase): string[] =>
  caseContents(database).hosts.flatMap(({ name, why }) =>
    why.map((line) => `${path}: ${name}: ${line}`),
  )

const changeLines = (changes: readonly CaseChange[]): string =>
  changes
    .map(({ kind, host, user, process, remoteIp, port, bytesBefore, bytesAfter }) =>
      JSON.stringify({
        type: 'change',
        change: kind,
        host,
        user,
        process,
        remote_ip: remoteIp,
        service: port,
        bytes_before: bytesBefore,
        bytes_after: bytesAfter,
      }),
    )
    .map((line) => `${line}\n`)
    .join('')

const text = (value: string) => cleanText(value, limits.nameLength)

const columns: readonly Column<CaseChange>[] = [
  { title: 'CHANGE', align: 'left', cell: ({ kind }) => kind },
  { title: 'HOST', align: 'left', cell: ({ host }) => text(host) },
  { title: 'PROCESS', align: 'left', cell: ({ process }) => text(process) },
  { title: 'USER', align: 'left', cell: ({ user }) => text(user) },
  { title: 'REMOTE', align: 'left', cell: ({ remoteIp }) => text(remoteIp) },
  { title: 'SERVICE', align: 'right', cell: ({ port }) => String(port) },
  { title: 'BYTES BEFORE', align: 'right', cell: ({ bytesBefore }) => String(bytesBefore) },
  { title: 'AFTER', align: 'right', cell: ({ bytesAfter }) => String(bytesAfter) },
]

function changeTable(changes: readonly CaseChange[]): string {
  const more = changes.length - limits.caseRowsShown
  const table = alignedTable(columns, changes.slice(0, limits.caseRowsShown))
  return more > 0 ? `${table}and ${more} changes more; --format json lists all\n` : table
}
