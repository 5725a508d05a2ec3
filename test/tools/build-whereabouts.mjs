// Builds dist/whereabouts.bin, in which country and autonomous system of an address are looked up, unless it is there
// already from the same packages. These are some 80 MB of text, and are needed nowhere else.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tsImport } from 'tsx/esm/api'

const file = 'dist/whereabouts.bin'

const manifests = ['asn-country', 'asn'].map(
  (name) => `node_modules/@ip-location-db/${name}/package.json`,
)
const stamp = manifests
  .map((path) => JSON.parse(readFileSync(path, 'utf8')))
  .map(({ name, version }) => `${name} ${version}`)
  .join(', ')

export async function buildWhereabouts() {
  if (existsSync(file) && readFileSync(file).includes(stamp)) return
  const { packageRows } = await tsImport('./whereabouts-packages.ts', import.meta.url)
  const { whereaboutsBytes } = await tsImport('./whereabouts-bytes.ts', import.meta.url)
  mkdirSync('dist', { recursive: true })
  // Two builds at once must not leave half of one.
  const begun = `${file}.${process.pid}`
  writeFileSync(begun, whereaboutsBytes(packageRows()))
  renameSync(begun, file)
}
