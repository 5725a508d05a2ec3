import { registeredTitle, type Column } from './columns.ts'

const names = ['country', 'as'] as const

/** Whether a column of that name says where a remote address is. */
export const isOfWhereabouts = (name: string): boolean => names.some((one) => one === name)

/** Country and AS of a remote address, while they are shown. `addressOf`: undefined of a row without one. */
export const whereaboutsColumns = <Row>(
  addressOf: (row: Row) => Uint8Array | undefined,
): readonly Column<Row>[] => {
  const text =
    (name: (typeof names)[number]): Column<Row>['text'] =>
    (row, _width, { whereaboutsOf }) => {
      const address = addressOf(row)
      return (address && whereaboutsOf?.(address)[name]) ?? ''
    }
  return [
    {
      name: 'country',
      title: () => 'CTRY',
      align: 'left',
      role: 'dim',
      widthMin: 4,
      widthMax: 10,
      dropOrder: 3,
      isWhereabouts: true,
      text: text('country'),
    },
    {
      name: 'as',
      title: registeredTitle('AS'),
      align: 'left',
      role: 'dim',
      widthMin: 15,
      widthMax: 32,
      dropOrder: 6,
      isWhereabouts: true,
      text: text('as'),
    },
  ]
}
