import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineEditor } from '../../../src/ui/prompt/line-editor.ts'
import { filterLanguage } from '../../../src/ui/prompt/filter-language.ts'
import { Prompt } from '../../../src/ui/prompt/prompt.ts'

const seen = { user: ['root', 'alice', 'alan'], process: ['nginx'], remote_ip: ['203.0.113.7'] }
const promptOf = (text: string, history: readonly string[] = []) =>
  new Prompt(filterLanguage(seen), text, history)
const completed = (text: string, ...tabs: readonly (1 | -1)[]) => {
  const prompt = promptOf(text)
  for (const by of tabs) prompt.complete(by)
  return prompt.text
}

describe('the prompt', () => {
  test.each([
    ['the only candidate, and a space', 'user ro', [1], 'user root '],
    ['what all begin with', 'user a', [1], 'user al'],
    ['then one after another', 'user al', [1], 'user alice'],
    ['the next', 'user al', [1, 1], 'user alan'],
    ['round to the first', 'user al', [1, 1, 1], 'user alice'],
    ['and back', 'user al', [1, 1, -1], 'user alice'],
    ['the last first', 'user al', [-1], 'user alan'],
    ['what was likely meant', 'prot 443', [1], 'port 443'],
    ['an address that was seen', 'remote host 203', [1], 'remote host 203.0.113.7 '],
  ] as const)('Tab puts in %s', (_, text, tabs, expected) => {
    expect(completed(text, ...tabs)).toBe(expected)
  })

  test('a word that can go on is not wrong yet, but is once the cursor has left it', () => {
    expect(promptOf('proc').verdict.kind).toBe('unfinished')
    expect(promptOf('proc ').verdict).toMatchObject({ kind: 'wrong', at: 0, nearMiss: 'process' })
    expect(promptOf('user').verdict.kind).toBe('unfinished')
    expect(promptOf('user alice').verdict.kind).toBe('right')
    expect(promptOf('').verdict.kind).toBe('right')
  })

  test('`and` after `or` says how it is read', () => {
    expect(promptOf('tcp or udp and port 53').verdict).toMatchObject({
      kind: 'right',
      says: 'Read as (tcp or udp) and port 53',
    })
    expect(promptOf('(tcp or udp) and port 53').verdict.says).toBe('')
  })

  test('what was entered before comes back, and then what was being typed', () => {
    const prompt = promptOf('tc', ['udp', 'port 1'])
    const recalled = ([-1, -1, -1, 1, 1, 1] as const).map((by) => {
      prompt.recall(by)
      return prompt.text
    })
    expect(recalled).toEqual(['port 1', 'udp', 'udp', 'port 1', 'tc', 'tc'])
  })
})

describe('the line editor', () => {
  const edits: Record<string, (editor: LineEditor) => void> = {
    left: (editor) => editor.moveBy(-1),
    right: (editor) => editor.moveBy(1),
    start: (editor) => editor.moveTo('start'),
    backspace: (editor) => editor.backspace(),
    delete: (editor) => editor.deleteNext(),
    word: (editor) => editor.deleteWord(),
    type: (editor) => editor.insert('e\u0301'),
    wide: (editor) => editor.insert('日'),
    emoji: (editor) => editor.insert('👩‍🔬 '),
  }

  test('no edit splits a grapheme or leaves the text', () => {
    const names = fc.array(fc.constantFrom(...Object.keys(edits)), { maxLength: 40 })
    fc.assert(
      fc.property(names, (chosen) => {
        const editor = new LineEditor('port 443', 60)
        for (const name of chosen) edits[name]?.(editor)
        const { text, cursor } = editor
        const boundaries = [...new Intl.Segmenter().segment(text)].map(({ index }) => index)
        expect([...boundaries, text.length]).toContain(cursor)
        expect(text.length).toBeLessThanOrEqual(60)
      }),
    )
  })

  test('a word goes with the space behind it', () => {
    const editor = new LineEditor('port 443 and  user ', 60)
    editor.deleteWord()
    expect(editor.text).toBe('port 443 and  ')
  })

  test('what is past the limit is left out', () => {
    const editor = new LineEditor('', 4)
    editor.insert('12345')
    editor.insert('6')
    expect(editor.text).toBe('1234')
  })
})
