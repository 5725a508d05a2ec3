import { noPackets } from '../../src/query/no-packets.ts'
import { runMonitor } from '../../src/ui/monitor.tsx'
import { blindCapture, DemoHost, demoSession, wholeCapture } from './demo-session.ts'

/**
 * The monitor over made-up flows, for tests that need a real terminal and for looking at it:
 * `npx tsx test/ui/demo-monitor.ts [whole|blind|busy] [THEME]`. SIGUSR2 makes it crash.
 */
const session = demoSession(
  new DemoHost(7, process.argv[2] === 'busy' ? 125 : 1),
  process.argv[2] === 'blind' ? blindCapture : wholeCapture,
)
process.on('SIGUSR2', () => {
  throw new Error('boom')
})
const { NO_COLOR, COLORTERM, TERM } = process.env
const exit = await runMonitor(session, {
  input: process.stdin,
  output: process.stdout,
  environment: { NO_COLOR, COLORTERM, TERM },
  version: '0.1.0',
  themes: {},
  settings: { theme: process.argv[3] ?? 'system', copy: 'on' },
  names: {
    nameOf: (address) => `h${address.replace(/\D+/g, '-')}.example.net`,
    problem: undefined,
    onChange() {},
  },
  saveSettings: () => 'not here',
  packets: noPackets('made-up flows have no packets', 'nothing'),
  exportRows: async () => 'not here',
  end: (end) => {
    if (end.kind === 'crash') console.error('crash:', end.error)
    process.exit(end.kind === 'signal' ? end.exitCode : 70)
  },
})
session.close()
process.exit(exit.kind === 'interrupted' ? 130 : 0)
