import { namedFields, vocabulary } from '../../model/vocabulary.ts'
import { jsonLine } from './answer-json.ts'
import type { OutputFormat } from './output.ts'
import { csvLine } from './csv.ts'
import type { HostRecord } from './record-table.ts'

export const csvHead = (): string => csvLine(Object.keys(vocabulary))

/** A record under the names of the vocabulary. */
export function recordLine({ host, record }: HostRecord, format: OutputFormat): string {
  const fields = namedFields(record, host)
  return format === 'csv' ? csvLine(Object.values(fields)) : jsonLine({ type: 'flow', ...fields })
}
