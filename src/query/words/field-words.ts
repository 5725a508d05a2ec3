import { groupableFields, type GroupableField } from '../question.ts'

/** What a field is called for short. */
export const fieldAliases: Readonly<Record<string, GroupableField>> = {
  proto: 'protocol',
  unit: 'container',
  country: 'remote_country',
  as: 'remote_as',
}

/** Every word that means a field: what a word that means none may have been. */
export const fieldNames: readonly string[] = [...groupableFields, ...Object.keys(fieldAliases)]

/** Undefined where the word is none. */
export const fieldNamed = (word: string): GroupableField | undefined =>
  Object.hasOwn(fieldAliases, word)
    ? fieldAliases[word]
    : groupableFields.find((one) => one === word)
