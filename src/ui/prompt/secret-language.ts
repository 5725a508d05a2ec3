import type { PromptLanguage } from './prompt.ts'

/** For what nobody else may read: a passphrase. It is shown as dots. */
export const secretLanguage = (question: string): PromptLanguage => ({
  sign: `${question}:`,
  isSecret: true,
  judge: (text) => ({
    kind: 'right',
    at: text.length,
    length: 0,
    says: 'Only dots are shown. Enter gives it, Esc goes on without.',
    nearMiss: undefined,
  }),
})
