import type { FlowRecord } from '../../model/flow.ts'
import type { UnitName } from './number-units.ts'

interface Described {
  /** Other tools' names for it, and the vocabulary's where it is not the word itself. */
  readonly aliases?: readonly string[]
  readonly help: string
  /** A whole filter that uses it. */
  readonly example: string
}

/** What `of` reads of a flow, and nothing else: only these columns are loaded for it. */
interface Reading {
  readonly reads: readonly (keyof FlowRecord)[]
}

/**
 * What a word takes and what it reads of a flow. Where a flow has no such value (no process, no round trip) the
 * word matches nothing, whatever it is compared with.
 */
export type WordSpec = Described &
  (
    | { readonly kind: 'end' }
    | { readonly kind: 'address' | 'port'; readonly end: 'either' | 'local' | 'remote' }
    | (Reading & { readonly kind: 'flag'; readonly of: (flow: FlowRecord) => boolean })
    | (Reading & {
        readonly kind: 'number'
        readonly unit: UnitName
        readonly of: (flow: FlowRecord) => number | undefined
      })
    /** Matches if any of the texts does. */
    | (Reading & { readonly kind: 'text'; readonly of: (flow: FlowRecord) => readonly string[] })
    | (Reading & {
        readonly kind: 'choice'
        readonly choices: readonly string[]
        /** Another way to write a choice, in lower case. */
        readonly alternative?: (text: string) => string | undefined
        /** What `alternative` knows, where it can be listed: one of them may have been meant. */
        readonly spellings?: () => readonly string[]
        /** What a choice means, where it does not say so itself. */
        readonly described?: (choice: string) => string
        /** What can stand there, as a clause; left out: one of the choices, which are few. */
        readonly expected?: string
        readonly of: (flow: FlowRecord) => string
      })
  )

export type ChoiceSpec = Extract<WordSpec, { readonly kind: 'choice' }>
