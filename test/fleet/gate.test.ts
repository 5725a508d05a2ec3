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
