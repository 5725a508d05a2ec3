import { whyNoAs, type WhereaboutsOf } from '../remote-whereabouts.ts'
import { registeredTitle, type Column } from './columns.ts'

const names = ['country', 'as'] as const

/** Whether a column of that name says where a remote address is. */
export const isOfWhereabouts = (name: string): boolean => names.some((one) => one === name)

/** Country and AS of a remote address, while they are shown. `addressOf`: undefined of a row without one. */
export const whereaboutsColumns = <Row>(
  addressOf: (row: Row) => Uint8Array | undefined,
): readonly Column<Row>[] => {
  const of = (row: Row, whereaboutsOf: WhereaboutsOf | undefined) => {
    const address = addressOf(row)
    return address && whereaboutsOf?.(address)
  }
  return [
    {
      name: 'country',
      title: () => 'CTRY',
      align: 'left',
      role: 'remote',
      widthMin: 4,
      widthMax: 4,
      dropOrder: 3,
      isWhereabouts: true,
      text: (row, _width, { whereaboutsOf }) => {
        const found = of(row, whereaboutsOf)
        return found ? found.country || '-' : ''
      },
    },
    {
      name: 'as',
      title: registeredTitle('AS'),
      align: 'left',
      role: 'remote',
      roleOf: (row) =>
        addressOf(row) && whyNoAs(addressOf(row)!) === undefined ? 'remote' : 'dim',
      widthMin: 20,
      widthMax: 32,
      dropOrder: 5,
      isWhereabouts: true,
      text: (row, _width, { whereaboutsOf }) => of(row, whereaboutsOf)?.as ?? '',
    },
  ]
}
