import type { Millis } from '../model/quantity.ts'
import type { LinkEnd } from './host-link.ts'

/** What became of a question. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Uint8Array }
  | { readonly kind: 'refused'; readonly code: string; readonly why: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'lost'; readonly loss: Loss }

/** Why a host is not, or no more, talked to. */
export type Loss =
  /** Its program has ended, or never was e2etop's. */
  | { readonly kind: 'ended'; readonly end: LinkEnd; readonly spoke: boolean }
  | { readonly kind: 'silent'; readonly after: Millis }
  /** What it said cannot be trusted; it is not asked again. */
  | { readonly kind: 'misunderstood'; readonly why: string }
  | { readonly kind: 'closed' }

/** Answers that come until one leaves. */
export interface Stream {
  readonly leave: () => void
}
