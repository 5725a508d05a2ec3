import { openCase } from '../../export/case/read-case.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { parseWhere } from '../command-line/where.ts'
import { packetsOfCase } from '../wire/watched-packets.ts'
import { CaseSession } from './case-session.ts'
import { SealsInSight } from './seals-in-sight.ts'

/** `e2etop open`: the monitor over a case file. */
export async function open({ operands, options }: Arguments): Promise<number> {
  const path = operands[0]!
  const where = parseWhere(options.get('where'))
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      'the monitor needs a terminal on stdin and stdout; use `e2etop sql` for scripts',
    )
  const { showMonitor } = await import('../rooms/screen.ts')
  const file = await openCase(path)
  try {
    const seals = new SealsInSight(path, file.identity)
    const session = new CaseSession(path, file, () => seals.start())
    const code = await showMonitor(session, options, {
      where,
      packets: packetsOfCase,
      isCase: true,
      seals,
    })
    seals.stop()
    session.close()
    return code
  } finally {
    file.close()
  }
}
