import * as w from './assembler.ts'
import type { Code, Local } from './assembler.ts'
import {
  byteAt,
  floatAt,
  forward,
  halfAt,
  i,
  stepping,
  wordAddress,
  wordAt,
  wordsPast,
  writeKernel,
} from './write-kernel.ts'

const taken = { rows: i, among: i, count: i } as const

/** Of `count` rows those of which `holds` gives 1, into `rows`, which has room for one more; gives how many they are. */
function takeRows(
  { rows, among, count }: { readonly [N in keyof typeof taken]: Local },
  variable: () => Local,
  holds: (row: Code) => Code,
): Code {
  const [end, to, row] = [variable(), variable(), variable()]
  return [
    w.set(end, wordsPast(among, count)),
    w.set(to, w.get(rows)),
    stepping(among, end, 4, [
      w.storeWord(w.get(to), w.tee(row, w.loadWord(w.get(among)))),
      w.set(to, wordAddress(to, holds(w.get(row)))),
    ]),
    wordsBetween(rows, to),
  ]
}

const wordsBetween = (from: Local, to: Local) =>
  w.shiftRight(w.subtract(w.get(to), w.get(from)), w.i32(2))

/** Loops over the rows of a block, by the names of the loops in JavaScript that they stand for. */
export const rowKernels = [
  writeKernel(
    'takeMarked',
    { ...taken, mask: i, unwanted: i },
    ({ mask, unwanted, ...among }, variable) =>
      takeRows(among, variable, (row) => w.xor(byteAt(mask, row), w.get(unwanted))),
    i,
  ),
  writeKernel(
    'takeByBytes',
    { ...taken, values: i, table: i },
    ({ values, table, ...among }, variable) =>
      takeRows(among, variable, (row) => byteAt(table, byteAt(values, row))),
    i,
  ),
  writeKernel(
    'takeByWords',
    { ...taken, values: i, table: i },
    ({ values, table, ...among }, variable) =>
      takeRows(among, variable, (row) => byteAt(table, wordAt(values, row))),
    i,
  ),
  writeKernel(
    'takeWithin',
    { ...taken, values: i, from: 'f64', to: 'f64' },
    ({ values, from, to, ...among }, variable) =>
      takeRows(among, variable, (row) =>
        w.and(
          w.atLeastFloat(floatAt(values, row), w.get(from)),
          w.lessFloat(floatAt(values, row), w.get(to)),
        ),
      ),
    i,
  ),
  writeKernel(
    'takeAtOne',
    { ...taken, protocols: i, having: i, ports: i, first: i },
    ({ protocols, having, ports, first, ...among }, variable) =>
      takeRows(among, variable, (row) =>
        w.and(byteAt(having, byteAt(protocols, row)), byteAt(ports, halfAt(first, row))),
      ),
    i,
  ),
  writeKernel(
    'takeAtEither',
    { ...taken, protocols: i, having: i, ports: i, first: i, second: i },
    ({ protocols, having, ports, first, second, ...among }, variable) =>
      takeRows(among, variable, (row) =>
        w.and(
          byteAt(having, byteAt(protocols, row)),
          w.or(byteAt(ports, halfAt(first, row)), byteAt(ports, halfAt(second, row))),
        ),
      ),
    i,
  ),
  writeKernel(
    'takeNew',
    { met: i, isMet: i, ids: i, rows: i, count: i },
    ({ met, isMet, ids, rows, count }, variable) => {
      const [end, to, id, mark] = [variable(), variable(), variable(), variable()]
      return [
        w.set(end, wordsPast(rows, count)),
        w.set(to, w.get(met)),
        stepping(rows, end, 4, [
          w.storeWord(w.get(to), w.tee(id, wordAt(ids, w.loadWord(w.get(rows))))),
          w.set(mark, w.add(w.get(isMet), w.get(id))),
          w.set(to, wordAddress(to, w.subtract(w.i32(1), w.loadByte(w.get(mark))))),
          w.storeByte(w.get(mark), w.i32(1)),
        ]),
        wordsBetween(met, to),
      ]
    },
    i,
  ),
  writeKernel('mark', { mask: i, rows: i, count: i }, ({ mask, rows, count }, variable) => {
    const end = variable()
    return [
      w.set(end, wordsPast(rows, count)),
      stepping(rows, end, 4, w.storeByte(w.add(w.get(mask), w.loadWord(w.get(rows))), w.i32(1))),
    ]
  }),
  writeKernel('numberRows', { rows: i, count: i }, ({ rows, count }, variable) => {
    const row = variable()
    return stepping(row, count, 1, [w.storeWord(w.get(rows), w.get(row)), forward(rows, 4)])
  }),
  writeKernel(
    'chooseActors',
    { numbers: i, owners: i, actors: i, count: i },
    ({ numbers, owners, actors, count }, variable) => {
      const [end, actor] = [variable(), variable()]
      return [
        w.set(end, wordsPast(actors, count)),
        stepping(actors, end, 4, [
          w.set(actor, w.loadWord(w.get(actors))),
          w.storeWord(
            w.get(numbers),
            w.choose(w.get(actor), w.subtract(w.get(actor), w.i32(1)), w.loadWord(w.get(owners))),
          ),
          forward(numbers, 4),
          forward(owners, 4),
        ]),
      ]
    },
  ),
]
