import { setImmediate as tick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Gate } from '../../src/fleet/gate.ts'

test('a gate lets one more through when it is widened, up to its most, and half as many when narrowed', async () => {
  const gate = new Gate(2, 4)
  const leave: (() => void)[] = []
  for (let i = 0; i < 12; i++)
    void gate.pass(() => new Promise<void>((resolve) => leave.push(resolve)))
  let left = 0
  const inside = async () => {
    await tick()
    return leave.length - left
  }
  expect(await inside()).toBe(2)
  for (let i = 0; i < 9; i++) gate.widen()
  expect(await inside()).toBe(4)
  gate.narrow()
  const leaveOne = () => leave[left++]!()
  leaveOne()
  leaveOne()
  expect(await inside()).toBe(2)
  leaveOne()
  expect(await inside()).toBe(2)
  for (let i = 0; i < 5; i++) gate.narrow()
  leaveOne()
  expect(await inside()).toBe(1)
})

function promised() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

test('whoever waits for long lends his place, and has it back before those that wait to come in', async () => {
  const gate = new Gate(1)
  const order: string[] = []
  const [long, inside] = [promised(), promised()]
  const lender = gate.pass(async (place) => {
    await place.lendWhile(long.promise, 1)
    order.push('waited')
    await place.takeBack()
    order.push('back')
  })
  const second = gate.pass(async () => {
    order.push('second in')
    long.resolve()
    await inside.promise
    order.push('second out')
  })
  const third = gate.pass(async () => void order.push('third in'))
  await long.promise
  await tick()
  inside.resolve()
  await Promise.all([lender, second, third])
  expect(order).toEqual(['second in', 'waited', 'second out', 'back', 'third in'])
})

test('whoever waits for a short time keeps his place', async () => {
  const gate = new Gate(1)
  const order: string[] = []
  const first = gate.pass(async (place) => {
    await place.lendWhile(tick(), 1_000)
    await place.takeBack()
    order.push('first')
  })
  await Promise.all([first, gate.pass(async () => void order.push('second'))])
  expect(order).toEqual(['first', 'second'])
})
