import { namedFields, vocabulary } from '../../model/vocabulary.ts'
import { namedWhereabouts, whereaboutsNames } from '../../query/whereabouts.ts'
import { jsonLine } from './answer-json.ts'
import type { OutputFormat } from './output.ts'
import { csvLine } from './csv.ts'
import type { HostRecord } from './record-table.ts'

/** How records are written. */
export interface RecordForm {
  readonly format: OutputFormat
  /** With country and AS of the remote address, which no record has. */
  readonly withWhereabouts: boolean
}

export const csvHead = ({ withWhereabouts }: RecordForm): string =>
  csvLine([...Object.keys(vocabulary), ...(withWhereabouts ? whereaboutsNames : [])])

/** A record under the names of the vocabulary. */
export function recordLine(
  { host, record }: HostRecord,
  { format, withWhereabouts }: RecordForm,
): string {
  const fields = {
    ...namedFields(record, host),
    ...(withWhereabouts && namedWhereabouts(record.remoteAddress)),
  }
  return format === 'csv' ? csvLine(Object.values(fields)) : jsonLine({ type: 'flow', ...fields })
}
