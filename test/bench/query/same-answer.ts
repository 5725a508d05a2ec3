import { formatAddress } from '../../../src/model/address.ts'
import { limits } from '../../../src/model/limits.ts'
import type { QuestionName, Rows } from './questions.ts'

/** Networks as text, and rows without an order of their own in one that follows from them. */
export function comparable(name: QuestionName, rows: Rows): Rows {
  if (name === 'nets') return rows.map(([net, bytes]) => [networkText(String(net)), bytes!])
  return name === 'top' ? rows : rows.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
}

/** From hexadecimal digits, 6 of IPv4 and 12 of IPv6, or as it is. */
function networkText(net: string): string {
  if (!/^([\da-f]{6}|[\da-f]{12})$/.test(net)) return net
  const isV4 = net.length === 6
  const bytes = Buffer.from(
    (isV4 ? `${'0'.repeat(20)}ffff` : '') + net.padEnd(isV4 ? 8 : 32, '0'),
    'hex',
  )
  return `${formatAddress(bytes)}/${isV4 ? 24 : 48}`
}

/** What of an answer is not as it should be; undefined where all is. Large counts of different ends are estimates. */
export function difference(rows: Rows, expected: Rows): string | undefined {
  const at = Math.max(rows.length, expected.length)
  for (let i = 0; i < at; i++)
    if (String(rows[i]) !== String(expected[i]))
      return `${String(rows[i])} is ${String(expected[i])}`
  return undefined
}

/** Exact where a partial answer counts exactly, and within four standard errors beyond. */
export function distinctDifference(rows: Rows, expected: Rows): string | undefined {
  const near = rows.map(([process, count], i): Rows[number] => {
    const truth = Number(expected[i]?.[1])
    const isNear = truth > limits.distinctKeysSent && Math.abs(Number(count) / truth - 1) < 0.065
    return [process!, isNear ? truth : count!]
  })
  return difference(near, expected)
}

/** It has other answers: IPv4 networks only, one total of an address; and of peers one number that nothing here has. */
export function nfdumpDifference(name: QuestionName, rows: Rows, truth: Rows): string | undefined {
  switch (name) {
    case 'nets': {
      const expected = truth.filter(([net]) => String(net).endsWith('/24'))
      return difference(rows.slice(0, expected.length), expected)
    }
    case 'address':
      return difference(rows, [[sumOf(truth, 1), sumOf(truth, 2)]])
    default:
      return undefined
  }
}

const sumOf = (rows: Rows, column: number) =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0)
