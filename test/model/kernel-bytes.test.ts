import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kernelBytes } from '../../src/model/kernels/kernel-bytes.ts'
import { scratchDirectory } from '../log/scratch-log.ts'

test('the program has the kernels as they are assembled, and not what assembles them', async () => {
  const built = join(scratchDirectory(), 'kernel-bytes.mjs')
  const entry = 'src/model/kernels/kernel-bytes.ts'
  execFileSync(process.execPath, ['test/tools/build.mjs', entry, built])
  const module = (await import(built)) as Record<string, Uint8Array>
  expect(Object.keys(module)).toEqual(['kernelBytes'])
  expect(new Uint8Array(module['kernelBytes']!)).toEqual(kernelBytes)
  expect(readFileSync(built, 'utf8')).not.toContain('writeKernel')
})
