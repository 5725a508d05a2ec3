export interface ColumnSpec {
  readonly name: string
  readonly type: 'INTEGER' | 'TEXT' | 'BLOB'
  /** Left out: NOT NULL. */
  readonly nullable?: true
  readonly help: string
}

/** One table of a case file; its SQL, the digests and the page that explains it are made of this. */
export interface TableSpec {
  readonly help: string
  /** The first is `id INTEGER PRIMARY KEY`, numbered from 1 in the order of writing, unless `key` says otherwise. */
  readonly columns: readonly ColumnSpec[]
  /** Primary key of a table without an id. */
  readonly key?: string
}

export function createTable(name: string, { columns, key }: TableSpec): string {
  const lines = columns.map((column, i) => {
    const isId = i === 0 && key === undefined
    return `${column.name} ${column.type}${isId ? ' PRIMARY KEY' : column.nullable ? '' : ' NOT NULL'}`
  })
  if (key !== undefined) lines.push(`PRIMARY KEY (${key})`)
  return `CREATE TABLE ${name}(${lines.join(', ')})${key === undefined ? '' : ' WITHOUT ROWID'}`
}

export function insertInto(name: string, { columns }: TableSpec): string {
  return `INSERT INTO ${name} VALUES(${columns.map(() => '?').join(',')})`
}
