import { caseVersion, tableNames, tables } from './tables.ts'
import type { ColumnSpec, TableSpec } from './table-spec.ts'
import { views } from './views.ts'

const introduction = `A case file is an SQLite 3 file (application_id e2c1, user_version ${caseVersion}) that any SQLite tool opens.

  sqlite3 case.db "SELECT * FROM by_user ORDER BY tx_bytes DESC LIMIT 10"
  e2etop open case.db
  e2etop sql case.db "SELECT process, remote_ip, sum(tx_bytes) FROM flows GROUP BY 1, 2"
`

/** \`e2etop help case\`: every table, column and view, made from what makes the files. */
export function casePage(): string {
  const tableTexts = tableNames.map((name) => tableText(name, tables[name]))
  const viewTexts = Object.entries(views).map(([name, { help }]) => `  ${name}\n      ${help}\n`)
  return [introduction, 'Tables', ...tableTexts, 'Views', ...viewTexts].join('\n')
}

function tableText(name: string, { help, columns }: TableSpec): string {
  const width = Math.max(...columns.map((column) => column.name.length))
  return [
    `  ${name}`,
    `      ${help}`,
    ...columns.map((column) => columnText(column, width)),
    '',
  ].join('\n')
}

const columnText = ({ name, type, help }: ColumnSpec, width: number) =>
  `      ${name.padEnd(width)}  ${type.padEnd(7)}  ${help}`.trimEnd()
