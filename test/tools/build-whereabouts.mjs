// Builds whereabouts.bin, in which country and autonomous system of an address are looked up, and whereabouts.txt, to
// whom its data are owed. The packages that it is made of are 80 MB of text, and needed nowhere else. It takes two
// seconds, so what was built is kept for as long as packages and code are the same.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { tsImport } from 'tsx/esm/api'

const packages = ['asn-country', 'asn'].map((name) => `node_modules/@ip-location-db/${name}`)
const code = [
  'src/names/whereabouts-bytes.ts',
  'src/names/whereabouts-csv.ts',
  'test/tools/whereabouts-packages.ts',
  'src/model/whereabouts/whereabouts-file.ts',
]
const kept = 'node_modules/.cache/e2etop'

export async function buildWhereabouts(directory) {
  const hash = createHash('sha256')
  for (const path of [...packages.map((one) => `${one}/package.json`), ...code])
    hash.update(readFileSync(path))
  const file = join(kept, `whereabouts-${hash.digest('hex').slice(0, 16)}.bin`)
  if (!existsSync(file)) {
    mkdirSync(kept, { recursive: true })
    // Two builds at once must not leave half of one.
    const begun = `${file}.${process.pid}`
    writeFileSync(begun, await builtBytes())
    renameSync(begun, file)
  }
  copyFileSync(file, join(directory, 'whereabouts.bin'))
  copyFileSync('test/tools/whereabouts.txt', join(directory, 'whereabouts.txt'))
}

async function builtBytes() {
  const { packageRows } = await tsImport('./whereabouts-packages.ts', import.meta.url)
  const { whereaboutsBytes } = await tsImport(
    '../../src/names/whereabouts-bytes.ts',
    import.meta.url,
  )
  return whereaboutsBytes(packageRows())
}
