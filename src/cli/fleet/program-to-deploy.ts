import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import manifest from '../../../package.json' with { type: 'json' }
import { startScript } from '../../fleet/deploy/deploy-layout.ts'
import type { DeployedProgram, SpareNode } from '../../fleet/deploy/deployment.ts'
import type { DeployArchive } from '../../fleet/deploy/host-deployment.ts'
import { binaryNeeds } from '../../fleet/deploy/program-binary.ts'
import { archiveEnd, archivePiece, type ArchivedFile } from '../../fleet/deploy/tar-archive.ts'
import { modulesBeside } from '../modules-beside.ts'
import { filesBeside } from '../program-files.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { version } from '../version.ts'

const compressed = promisify(gzip)

/** What goes to hosts: gzip members, of which any row is one archive. */
export interface ProgramToDeploy {
  readonly program: DeployedProgram
  readonly spare: SpareNode
  /** The whole archive, with the Node.js of here where a host needs it. */
  readonly archive: (withNode: boolean) => Promise<DeployArchive>
}

/** Documents and sources beside what packages load, and builds of sql.js that are not its own main one. */
const idleFile =
  /\.(md|markdown|map|ts|zip|c|cc|cpp|h|hpp|gyp|txt|svg|png|gif|jpg)$|(^|\/)(tests?|spec|docs?|examples?)\/|sql-asm|sql-wasm-|worker\.sql/

/** The program that runs here, all that it loads, and the Node.js of `nodeFile`, else the one that runs it. */
export async function programToDeploy(
  script: string,
  nodeFile: string | undefined,
): Promise<ProgramToDeploy> {
  const files = filesOf(realpathSync(script))
  const piece = archivePiece(files)
  const digest = createHash('sha256').update(piece).digest('hex')
  const sent = await compressed(piece)
  const end = await compressed(archiveEnd)
  const node = nodeToDeploy(nodeFile)
  let nodeSent: Promise<Uint8Array> | undefined
  return {
    program: {
      name: `${version}-${digest.slice(0, 8)}`,
      sentBytes: sent.length,
      bytes: piece.length,
      machines: machinesOf(files),
      nodeLeast: manifest.engines.node.replace(/^[^\d]*/, ''),
    },
    spare: node.spare,
    archive: async (withNode) => {
      if (withNode) nodeSent ??= compressed(archivePiece([archived('node', node.content())]))
      const pieces = [sent, ...(withNode && nodeSent ? [await nodeSent] : []), end]
      const sha256 = createHash('sha256')
      for (const one of pieces) sha256.update(one)
      return { pieces, sha256: sha256.digest('hex') }
    },
  }
}

function filesOf(script: string): readonly ArchivedFile[] {
  const files: ArchivedFile[] = [
    { ...archived('e2etop', Buffer.from(startScript)), isExecutable: true },
    archived('dist/e2etop.mjs', readFileSync(script)),
    ...filesBeside(script).map((path) => archived(`dist/${basename(path)}`, readFileSync(path))),
  ]
  for (const { name, path } of modulesBeside(script)) {
    for (const found of readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted()) {
      const file = join(path, found)
      if (idleFile.test(found) || !statSync(file).isFile()) continue
      files.push(archived(`node_modules/${name}/${relative(path, file)}`, readFileSync(file)))
    }
  }
  return files
}

const archived = (path: string, content: Uint8Array): ArchivedFile => ({
  path,
  content,
  isExecutable: path === 'node',
})

/** koffi has a package for each machine. */
const koffiMachines: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
  arm: 'armv7l',
  riscv64: 'riscv64',
  loong64: 'loongarch64',
  ppc64: 'ppc64le',
}

const machinesOf = (files: readonly ArchivedFile[]): readonly string[] => [
  ...new Set(
    files.flatMap(({ path }) => {
      const [, name = ''] = /@koromix\/koffi-linux-(\w+)\//.exec(path) ?? []
      return koffiMachines[name] ?? []
    }),
  ),
]

interface NodeToDeploy {
  readonly spare: SpareNode
  readonly content: () => Buffer
}

/** @throws UsageError where the named file is no program of Linux */
function nodeToDeploy(nodeFile: string | undefined): NodeToDeploy {
  const { node_shared: isShared } = process.config.variables as { node_shared?: boolean }
  const none = (why: string): NodeToDeploy => ({
    spare: { kind: 'none', why },
    content: () => Buffer.alloc(0),
  })
  if (nodeFile === undefined && isShared === true)
    return none(
      `${process.execPath} is in pieces, which cannot be copied; --node names one of nodejs.org`,
    )
  const file = nodeFile ?? process.execPath
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (nodeFile === undefined) return none(`${file} cannot be read: ${why}`)
    throw new UsageError(`--node ${file} cannot be read: ${why}`)
  }
  const needs = binaryNeeds(bytes)
  if (!needs) {
    if (nodeFile === undefined) return none(`${file} is no program that can be copied`)
    throw new UsageError(`--node ${file} is no program of Linux`)
  }
  const version = nodeFile === undefined ? process.versions.node : ''
  return { spare: { kind: 'node', version, ...needs, bytes: bytes.length }, content: () => bytes }
}
