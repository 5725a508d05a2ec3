import { hostTime, type HostTime } from '../model/quantity.ts'

/** A file of the log, as its name tells; the directory's listing is the log's only table of contents. */
export type LogFile =
  | { readonly kind: 'journal'; readonly number: number; readonly name: string }
  | {
      readonly kind: 'segment'
      readonly number: number
      readonly name: string
      /** Earliest and latest time in it, in whole ms. */
      readonly from: HostTime
      readonly to: HostTime
    }

export const temporaryPrefix = '.tmp-'
export const journalName = (number: number) => `J-${digits(number)}.e2j`
export const segmentName = (number: number, from: HostTime, to: HostTime) =>
  `S-${digits(number)}-${Math.floor(from)}-${Math.ceil(to)}.e2s`
export const temporaryName = (number: number) => `${temporaryPrefix}${digits(number)}`

/** Ten digits, so that a plain `ls` lists the files in the order of their writing. */
const digits = (number: number) => String(number).padStart(10, '0')

export function parseFileName(name: string): LogFile | undefined {
  const journal = /^J-(\d{10})\.e2j$/.exec(name)
  if (journal) return { kind: 'journal', number: Number(journal[1]), name }
  const segment = /^S-(\d{10})-(\d{1,16})-(\d{1,16})\.e2s$/.exec(name)
  if (!segment) return undefined
  const [, number, from, to] = segment.map(Number)
  return { kind: 'segment', number: number!, name, from: hostTime(from!), to: hostTime(to!) }
}

/**
 * The files that make up the log, oldest first. Where a journal was sealed and is not yet deleted, its segment
 * stands for it: both hold the same rows.
 */
export function logFiles(names: readonly string[]): LogFile[] {
  const byNumber = new Map<number, LogFile>()
  for (const name of names) {
    const file = parseFileName(name)
    if (!file) continue
    if (file.kind === 'segment' || !byNumber.has(file.number)) byNumber.set(file.number, file)
  }
  return [...byNumber.values()].toSorted((a, b) => a.number - b.number)
}
