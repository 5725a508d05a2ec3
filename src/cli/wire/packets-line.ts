import { cleanText } from '../../model/clean-text.ts'
import { MalformedError, object, text } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import type { Opacity } from '../../query/opacity.ts'
import { decodeOpacity, encodeOpacity } from '../../query/opacity-json.ts'

/** What the process that reads packets prints, a line of JSON each. */
export type PacketsLine =
  | { readonly kind: 'seen'; readonly opacity: Opacity }
  | { readonly kind: 'refused'; readonly message: string; readonly next: string }

export const encodePacketsLine = (line: PacketsLine): string =>
  line.kind === 'seen'
    ? `{"opacity":${encodeOpacity(line.opacity)}}\n`
    : `${JSON.stringify(line)}\n`

/** Undefined for what is no such line: the rest of one that a crash cut. */
export function decodePacketsLine(line: string): PacketsLine | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const opacity: unknown = Reflect.get(Object(value), 'opacity')
    if (opacity !== undefined) return { kind: 'seen', opacity: decodeOpacity(opacity, 'opacity') }
    return { kind: 'refused', ...refusal(value, 'refusal') }
  } catch (error) {
    if (error instanceof MalformedError || error instanceof SyntaxError) return undefined
    throw error
  }
}

const sentence = text((value) => cleanText(value, limits.sentenceLength))
const refusal = object<{ message: string; next: string }>({ message: sentence, next: sentence })
