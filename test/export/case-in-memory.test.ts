import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { verifyCase } from '../../src/export/case/verify-case.ts'
import { loadSqlite } from '../../src/export/sqlite/load-sqlite.ts'
import { PagedFile } from '../../src/export/sqlite/paged-file.ts'
import { selfTest } from '../../src/export/sqlite/self-test.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { readCase, writeCase } from './scratch-case.ts'

/** As with a sql.js that writes to its files in another way. */
function loseWrites(): () => void {
  const written = Object.getOwnPropertyDescriptor(PagedFile.prototype, 'set')!
  const restore = () => void Object.defineProperty(PagedFile.prototype, 'set', written)
  PagedFile.prototype.set = () => {}
  onTestFinished(restore)
  return restore
}

test('a case is as sound where sql.js cannot write page by page', async () => {
  const hosts = {
    web1: numberedFlows(1, 300, 1_700_000_000_000),
    web2: numberedFlows(1, 20, 1_700_000_000_000),
  }
  const [paged, inMemory] = ['paged.db', 'memory.db'].map((name) => join(scratchDirectory(), name))
  await writeCase(paged!, hosts)
  const restore = loseWrites()
  expect(selfTest(await loadSqlite(), join(scratchDirectory(), 'scratch'))).toBe(false)
  await writeCase(inMemory!, hosts)
  restore()
  const file = await readCase(inMemory!)
  const { database } = file
  expect([...verifyCase(file)]).toEqual([])
  const flows = 'SELECT * FROM flow ORDER BY id'
  expect(database.exec(flows)).toEqual((await readCase(paged!)).database.exec(flows))
  expect(database.exec('PRAGMA integrity_check')[0]?.values).toEqual([['ok']])
})
