/** A file of an archive; directories come with their files. */
export interface ArchivedFile {
  /** Relative. */
  readonly path: string
  readonly content: Uint8Array
  readonly isExecutable: boolean
}

const blockBytes = 512
const pathBytesMax = 100
const prefixBytesMax = 155

/** All dates are the same one, so that the same files are the same archive, on every console. */
const dated = Date.UTC(2000, 0, 1) / 1000

/** What ends an archive; several pieces of one may stand before it. */
export const archiveEnd = new Uint8Array(2 * blockBytes)

/** A piece of a POSIX ustar archive (IEEE 1003.1, pax), without its end. @throws RangeError for a path too long for it */
export function archivePiece(files: readonly ArchivedFile[]): Uint8Array {
  return Buffer.concat(
    files.flatMap((file) => {
      const { length } = file.content
      const padding = new Uint8Array((blockBytes - (length % blockBytes)) % blockBytes)
      return [header(file), file.content, padding]
    }),
  )
}

function header({ path, content, isExecutable }: ArchivedFile): Uint8Array {
  const block = Buffer.alloc(blockBytes)
  const { prefix, name } = splitPath(path)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  block.write(name, 0, 'utf8')
  octal(isExecutable ? 0o755 : 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(content.length, 124, 12)
  octal(dated, 136, 12)
  block.write(' '.repeat(8), 148, 'latin1')
  block.write('0', 156, 'latin1')
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
