import { cleanText } from '../model/clean-text.ts'
import { decodeBlock, encodeBlock } from '../model/column-block.ts'
import type { Gap } from '../model/gap.ts'
import { limits } from '../model/limits.ts'
import { hostTime } from '../model/quantity.ts'

/** Column ids: part of the format, never given to another field. */
const id = { from: 1, to: 2, reason: 3, count: 4 } as const

export function encodeGaps(gaps: readonly Gap[]): Uint8Array {
  return encodeBlock(gaps.length, [
    { id: id.from, type: 'f64', values: Float64Array.from(gaps, (gap) => gap.from) },
    { id: id.to, type: 'f64', values: Float64Array.from(gaps, (gap) => gap.to) },
    { id: id.reason, type: 'text', values: gaps.map((gap) => gap.reason) },
    { id: id.count, type: 'f64', values: Float64Array.from(gaps, (gap) => gap.count) },
  ])
}

/** Undefined where the block is damaged. Text is cleaned and times are put in order here. */
export function decodeGaps(bytes: Uint8Array): Gap[] | undefined {
  const decoded = decodeBlock(bytes)
  if (!decoded.ok) return undefined
  const from = decoded.block.column(id.from, 'f64')
  const to = decoded.block.column(id.to, 'f64')
  const reason = decoded.block.column(id.reason, 'text')
  const count = decoded.block.column(id.count, 'f64')
  if (!from || !to || !reason || !count) return undefined
  const gaps = Array.from(reason.ids, (text, i): Gap => ({
    from: hostTime(Math.min(from[i]!, to[i]!)),
    to: hostTime(Math.max(from[i]!, to[i]!)),
    reason: cleanText(reason.texts[text]!, limits.nameLength),
    count: count[i]!,
  }))
  return gaps.every((gap) => [gap.from, gap.to, gap.count].every(isCount)) ? gaps : undefined
}

const isCount = (value: number) => Number.isFinite(value) && value >= 0
