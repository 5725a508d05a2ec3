import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { limits } from '../../src/model/limits.ts'
import { numberedFlows } from './numbered-flows.ts'
import { at, epoch, idsOf, maintainAll, openLog, readAll, scratchDirectory } from './scratch-log.ts'

test('a journal that cannot be sealed is told of until it is, and is read meanwhile', async () => {
  const path = scratchDirectory()
  const first = await openLog(path, at(0))
  first.append(numberedFlows(1, 3, epoch), [], at(0))
  first.close(at(0))
  const log = await openLog(path, at(1))
  expect(log.stats().upkeepTrouble).toBeUndefined()
  const inItsPlace = join(path, '.tmp-0000000001')
  mkdirSync(inItsPlace)
  expect(maintainAll(log, 1).at(-1)).toBe('failed')
  expect(log.stats()).toMatchObject({ upkeepTrouble: 'EISDIR', trouble: undefined })
  expect(idsOf(readAll(path).rows)).toEqual([1, 2, 3])
  rmdirSync(inItsPlace)
  const later = 1 + limits.logSealRetryMs
  expect(maintainAll(log, later)).toContain('sealed')
  expect(log.stats().upkeepTrouble).toBeUndefined()
  expect(idsOf(readAll(path).rows)).toEqual([1, 2, 3])
})
