import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeLive, decodeLive, type LiveMessage } from '../../src/model/live-message.ts'
import { FrameReader } from '../../src/model/frame.ts'
import { runText } from '../../src/ui/keys/run-command.ts'
import { Totals } from '../../src/query/totals.ts'
import { groupViewNames } from '../../src/ui/store/views.ts'
import { flowOf, processOwner, wholeCapture, wholeCoverage } from './demo-session.ts'
import { statusOf } from '../sim/status.ts'
import { showStore } from './shown-screen.ts'

/** As it comes to the ui: through the codec, whose decoder cleans. */
function received(message: LiveMessage): LiveMessage {
  const result = new FrameReader().push(encodeLive(message))
  const frame = result.kind === 'frames' ? result.frames[0] : undefined
  const decoded = frame && decodeLive(frame)
  if (!decoded?.ok || !decoded.message) throw new Error('a message that does not decode')
  return decoded.message
}

/** Every sequence that e2etop itself sends: styles, places, erasing, steps, whole frames. */
// oxlint-disable-next-line no-control-regex -- these are control sequences
const ours = /\x1b\[(?:[\d;]*m|\d+H|K|\d+C|\?2026[hl])/g
const raw =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]|[\u{e0000}-\u{e007f}]|\p{Cs}/u

const nasty = [
  '\x1b[2J\x1b[H',
  '\x1b]0;owned\x07',
  '\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\',
  'a\r\nb\tc\bd',
  '\x9b31mred',
  '\u202egnp.exe',
  '\u2066isolate\u2069',
  'zero\u200bwidth\u200djoined',
  '\ue000\ue005 our own mark',
  '\u{e0041}tag',
  '\ud800lone',
  'x'.repeat(4096),
  '日'.repeat(300),
  'e' + '\u0301'.repeat(500),
  '',
]
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
)

/** All frames of every view of a host whose every text is `name`. */
async function framesOf(name: string): Promise<{ frames: string; lines: readonly string[] }> {
  const flow = flowOf({ id: 1, txBytes: 5, owner: processOwner(name, 7, name) })
  const flows = received({ kind: 'flows', flows: [flow] })
  const capture = {
    ...wholeCapture,
    blind: [name],
    lost: [{ reason: name, count: 1, last: wholeCapture.since }],
  }
  const status = received({
    kind: 'status',
    status: { ...statusOf(wholeCoverage.to, capture), liveFlows: 1 },
  })
  const hello = received({
    kind: 'hello',
    hello: { protocol: 1, version: '0', host: name, bootId: '' },
  })
  if (flows.kind !== 'flows' || status.kind !== 'status' || hello.kind !== 'hello')
    throw new Error('messages of other kinds')
  const coverage = {
    ...wholeCoverage,
    host: hello.hello.host,
    capture: status.status.capture,
  }
  const { store, terminal, display } = showStore({ columns: 80, rows: 24 })
  const tell = () => {
    for (const query of store.queries) {
      const totals = new Totals(query.kind === 'totals' ? query.by : [])
      for (const one of flows.flows) totals.add(one)
      const groups = { kind: 'totals', groups: totals.groups() } as const
      store.take({ coverage, rows: query.kind === 'flows' ? flows : groups }, query)
    }
  }
  const acts = [
    () => store.table.move(1),
    () => store.openRow(),
    ...groupViewNames.map((view) => () => store.show(view)),
    () => store.table.move(1),
    () => store.openDetail(),
    () => store.pages.close(),
    () => store.openRow(),
    () => store.pages.open('coverage'),
    () => store.prompting.editFilter(),
    () => runText(`process "${name}`, { store }),
    () => store.prompt?.complete(1),
    () => store.prompting.keep(),
    () => store.prompting.leave(),
  ]
  tell()
  display.paint()
  for (const act of acts) {
    act()
    tell()
    display.paint()
  }
  const screen = await terminal.text()
  display.close()
  return { frames: terminal.frames.join(''), lines: screen.split('\n') }
}

describe('hostile text', () => {
  test('no byte of a name acts on the terminal, and the footer stays where it is', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const { frames, lines } = await framesOf(name)
        expect(raw.exec(frames.replace(ours, ''))?.[0]).toBeUndefined()
        expect(lines.at(-1)).toContain('q quit')
      }),
      { numRuns: 24, examples: nasty.map((name) => [name]) },
    )
  })

  test('columns behind a hostile name stand where they would stand', async () => {
    const { store, terminal, display } = showStore({ columns: 80, rows: 24 })
    const flows = nasty.map((name, id) => flowOf({ id, owner: processOwner(name, 7, 'alice') }))
    const message = received({ kind: 'flows', flows })
    if (message.kind !== 'flows') throw new Error('not flows')
    store.take({ coverage: wholeCoverage, rows: message }, { kind: 'flows' })
    display.paint()
    const rows = (await terminal.text()).split('\n').slice(3, 3 + nasty.length)
    display.close()
    for (const row of rows) expect(row).toMatch(/ alice    tcp  ← 203\.0\.113\.7:50000 {8}/)
  })
})
