import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * After vitest's own summary: why each test was skipped, and last the plain line
 * `N passed, N failed, N skipped` that machines read.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    // A file that could not be collected has no tests of its own to fail.
    const brokenModules = modules.filter((m) => m.state() === 'failed' && m.errors().length > 0)
    const failed = count('failed') + brokenModules.length + unhandled.length
    // Printed after the default reporter's summary, which runs in the same turn.
    setImmediate(() => {
      for (const line of skipReasons(tests)) console.log(line)
      console.log(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`)
    })
  }
}

function skipReasons(tests: readonly TestCase[]): string[] {
  const reasons = new Map<string, number>()
  for (const test of tests) {
    const result = test.result()
    if (result.state !== 'skipped') continue
    const reason = result.note ?? 'no reason given'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return [...reasons].map(([reason, n]) => `skipped ${n}: ${reason}`)
}
