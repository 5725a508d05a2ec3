/** A file or a link of an archive; paths are relative, directories come with their files. */
export type ArchiveEntry =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly content: Uint8Array
      readonly isExecutable: boolean
    }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }

const blockBytes = 512
const pathBytesMax = 100
const prefixBytesMax = 155

/** All dates are the same one, so that the same files are the same archive, on every console. */
const dated = Date.UTC(2000, 0, 1) / 1000

/** What ends an archive; several pieces of one may stand before it. */
export const archiveEnd = new Uint8Array(2 * blockBytes)

/** A piece of a POSIX ustar archive (IEEE 1003.1, pax), without its end. @throws RangeError for a path too long for it */
export function archivePiece(entries: readonly ArchiveEntry[]): Uint8Array {
  return Buffer.concat(entries.flatMap(blocksOf))
}

function blocksOf(entry: ArchiveEntry): readonly Uint8Array[] {
  if (entry.kind === 'link') return [header(entry, 0)]
  const { content } = entry
  const padding = new Uint8Array((blockBytes - (content.length % blockBytes)) % blockBytes)
  return [header(entry, content.length), content, padding]
}

function header(entry: ArchiveEntry, bytes: number): Uint8Array {
  const block = Buffer.alloc(blockBytes)
  const { prefix, name } = splitPath(entry.path)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  block.write(name, 0, 'utf8')
  octal(entry.kind === 'link' ? 0o777 : entry.isExecutable ? 0o755 : 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(bytes, 124, 12)
  octal(dated, 136, 12)
  block.write(' '.repeat(8), 148, 'latin1')
  block.write(entry.kind === 'link' ? '2' : '0', 156, 'latin1')
  if (entry.kind === 'link') block.write(entry.to, 157, pathBytesMax, 'utf8')
  block.write('ustar\x0000', 257, 'latin1')
  block.write(prefix, 345, 'utf8')
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** A long path is cut at a slash into two fields. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= pathBytesMax) return { prefix: '', name: path }
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= prefixBytesMax && Buffer.byteLength(name) <= pathBytesMax)
      return { prefix, name }
  }
  throw new RangeError(`the path ${path} is too long for an archive`)
}
