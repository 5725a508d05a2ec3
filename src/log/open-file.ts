import { FileBytes } from './file-bytes.ts'
import {
  decodeFileHeader,
  fileHeaderBytes,
  type DecodedFileHeader,
  type FileHeader,
} from './file-header.ts'

/** A file of the log, open for reading; whoever opens it closes its bytes. */
export interface OpenLogFile {
  readonly bytes: FileBytes
  readonly header: FileHeader
}
export type OpenedFile =
  | { readonly ok: true; readonly file: OpenLogFile }
  | { readonly ok: false; readonly damage: Extract<DecodedFileHeader, { ok: false }>['damage'] }

/** Opens a file of the log for reading; where its header is damaged, it is closed again. Throws errno errors. */
export function openLogFile(path: string): OpenedFile {
  const bytes = new FileBytes(path)
  const decoded = decodeFileHeader(bytes.read(0, fileHeaderBytes))
  if (decoded.ok) return { ok: true, file: { bytes, header: decoded.header } }
  bytes.close()
  return decoded
}
