import { closeSync, fstatSync, openSync } from 'node:fs'
import {
  decodeFileHeader,
  fileHeaderBytes,
  type DecodedFileHeader,
  type FileHeader,
} from './file-header.ts'
import { readAt, type OpenFile } from './walk-frames.ts'

export interface OpenLogFile extends OpenFile {
  readonly header: FileHeader
}
export type OpenedFile =
  | { readonly ok: true; readonly file: OpenLogFile }
  | { readonly ok: false; readonly damage: Extract<DecodedFileHeader, { ok: false }>['damage'] }

/** Opens a file of the log for reading; where its header is damaged, it is closed again. Throws errno errors. */
export function openLogFile(path: string): OpenedFile {
  const fd = openSync(path, 'r')
  const decoded = decodeFileHeader(readAt(fd, 0, fileHeaderBytes))
  if (!decoded.ok) {
    closeSync(fd)
    return decoded
  }
  const { header } = decoded
  return {
    ok: true,
    file: { fd, bytes: fstatSync(fd).size, stream: header.stream, header },
  }
}
