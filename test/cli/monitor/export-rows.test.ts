import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportRows } from '../../../src/cli/monitor/export-rows.ts'
import { loadSqlite } from '../../../src/export/sqlite/load-sqlite.ts'
import { vocabulary } from '../../../src/model/vocabulary.ts'
import { fieldKey } from '../../../src/query/question.ts'
import { flowOf, processOwner, wholeCoverage } from '../../ui/demo-session.ts'

describe('exported rows', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'e2etop-export-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const flows = [2, 1].map((id) =>
    flowOf({ id, txBytes: id * 100, owner: processOwner('=evil, "x"', id, 'alice') }),
  )
  const ofFlows = { kind: 'flows', coverage: wholeCoverage, flows, hosts: undefined } as const
  const ofGroups = {
    kind: 'groups',
    coverage: wholeCoverage,
    by: [fieldKey('owner'), fieldKey('user')],
    names: ['owner', 'user'],
    groups: [
      {
        key: ['process', 'alice'],
        flows: 2,
        openFlows: 1,
        txBytes: 300,
        rxBytes: 0,
        txPackets: 3,
        rxPackets: 0,
      },
    ],
  } as const

  test('flows as CSV are under the names of the vocabulary, in the order of the screen', async () => {
    const file = join(folder, 'a.csv')
    expect(await exportRows(ofFlows, file)).toBe(`2 flows in ${file}`)
    const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(head).toMatch(/^flow_id,start,end,host,.*,tx_bytes,rx_bytes,/)
    expect(lines.map((line) => line.slice(0, 2))).toEqual(['2,', '1,'])
    expect(lines[0]).toContain(`"'=evil, ""x"""`)
  })

  test('groups as JSON lines come after a line of status', async () => {
    const file = join(folder, 'a.json')
    await exportRows(ofGroups, file)
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines[0]).toMatchObject({ type: 'status', host: 'web1' })
    expect(lines[1]).toMatchObject({
      type: 'group',
      owner: 'process',
      user: 'alice',
      flows: 2,
      tx_bytes: 300,
    })
  })

  test('as SQLite they are the same records, with their coverage beside them', async () => {
    const file = join(folder, 'a.sqlite')
    expect(await exportRows({ ...ofFlows, hosts: ['web1', 'web2'] }, file)).toBe(
      `2 flows in ${file}`,
    )
    const sqlite = await loadSqlite()
    const database = new sqlite.Database(readFileSync(file))
    const [result] = database.exec('SELECT * FROM flows')
    const hosts = ['web1', 'web2']
    expect(result?.columns).toEqual(Object.keys(vocabulary))
    expect(result?.values).toEqual(
      flows.map((flow, i) =>
        Object.values(vocabulary).map((of) => {
          const value = of(flow, hosts[i]!)
          return typeof value === 'object' && value ? value.join(' ') : value
        }),
      ),
    )
    expect(database.exec("SELECT json ->> 'host' FROM coverage")[0]?.values).toEqual([['web1']])
    database.close()
    const groups = join(folder, 'b.sqlite')
    await exportRows(ofGroups, groups)
    const other = new sqlite.Database(readFileSync(groups))
    expect(other.exec('SELECT user, tx_bytes FROM groups')[0]?.values).toEqual([['alice', 300]])
    other.close()
  })

  test('a file that is there stays as it is, and a name must say the format', async () => {
    const file = join(folder, 'a.csv')
    await exportRows(ofGroups, file)
    const before = readFileSync(file, 'utf8')
    await expect(exportRows(ofFlows, file)).rejects.toThrow(/a\.csv is there already/)
    expect(readFileSync(file, 'utf8')).toBe(before)
    await expect(exportRows(ofFlows, join(folder, 'a.txt'))).rejects.toThrow(/name a file .csv, /)
    await expect(exportRows(ofFlows, join(folder, 'no', 'a.csv'))).rejects.toThrow(
      /not written: .*ENOENT/,
    )
  })
})
