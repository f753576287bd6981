// Rows of the store as our own API shows them: by column, times as ISO 8601, flags as booleans, JSON parsed.
import { type TSchema, Type } from 'typebox'
import { columnsOf, type Row, type TableName } from '../platform/store/index.ts'

/** What of a table is shown. Amounts stay minor units. */
export interface ShownTable<Table extends TableName> {
  readonly table: Table
  readonly hidden: readonly (keyof Row<Table> & string)[]
  readonly json: readonly (keyof Row<Table> & string)[]
}

/** Keeps the types of `shown`. */
export function shownTable<Table extends TableName>(
  table: Table,
  shown: Pick<ShownTable<Table>, 'hidden' | 'json'>,
): ShownTable<Table> {
  return { table, ...shown }
}

type Form = 'time' | 'flag' | 'json' | 'int' | 'text'

function formOf<Table extends TableName>({ table, json }: ShownTable<Table>, column: string): Form {
  if ((json as readonly string[]).includes(column)) return 'json'
  if (!columnsOf(table)[column]?.startsWith('int')) return 'text'
  if (column === 'at' || /_(at|until)$/.test(column)) return 'time'
  return column.startsWith('is_') ? 'flag' : 'int'
}

function shownColumns<Table extends TableName>({ table, hidden }: ShownTable<Table>): readonly string[] {
  return Object.keys(columnsOf(table)).filter((column) => !(hidden as readonly string[]).includes(column))
}

const SCHEMAS: Readonly<Record<Form, () => TSchema>> = {
  time: () => Type.String({ description: 'ISO 8601' }),
  flag: () => Type.Boolean(),
  json: () => Type.Unknown(),
  int: () => Type.Integer(),
  text: () => Type.String(),
}

/** Schema of the rows that `wireRow` gives. */
export function rowSchema<Table extends TableName>(shown: ShownTable<Table>): TSchema {
  const kinds = columnsOf(shown.table)
  const members = shownColumns(shown).map((column) => {
    const schema = SCHEMAS[formOf(shown, column)]()
    return [column, kinds[column]?.endsWith('?') ? Type.Union([schema, Type.Null()]) : schema] as const
  })
  return Type.Object(Object.fromEntries(members))
}

/** `row` as JSON for our own API. */
export function wireRow<Table extends TableName>(
  shown: ShownTable<Table>,
  row: Row<Table>,
): Readonly<Record<string, unknown>> {
  const values = row as Readonly<Record<string, string | number | null>>
  return Object.fromEntries(
    shownColumns(shown).map((column) => [column, wireValue(formOf(shown, column), values[column] ?? null)]),
  )
}

function wireValue(form: Form, value: string | number | null): unknown {
  if (value === null) return null
  switch (form) {
    case 'time':
      return new Date(Number(value)).toISOString()
    case 'flag':
      return value === 1
    case 'json':
      // A body that was retired.
      return value === '' ? null : JSON.parse(String(value))
    default:
      return value
  }
}
