import { parseArguments, type Arguments } from './arguments.ts'
import { exitCode } from './exit-code.ts'
import type { SourceRequest } from '../capture/open-source.ts'
import { grammarPage } from '../query/filter/grammar-page.ts'
import { privateRecorderCommand } from './recorder-request.ts'
import { usage } from './usage.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

async function run(words: readonly string[]): Promise<number> {
  if (words[0] === privateRecorderCommand) {
    const { runPrivateRecorder } = await import('./private-recorder.ts')
    return runPrivateRecorder(JSON.parse(words[1] ?? '') as SourceRequest)
  }
  const request = parseArguments(words)
  if (request.topic === 'filter') return print(grammarPage())
  if (request.command === 'help' || request.options.has('help')) return print(usage())
  if (request.options.has('version')) return print(`e2etop ${version}\n`)
  return dispatch(request)
}

async function dispatch(request: Arguments): Promise<number> {
  switch (request.command) {
    case 'monitor': {
      const { watchHost } = await import('./watch-host.ts')
      return watchHost(request)
    }
    case 'record': {
      const { record } = await import('./record.ts')
      return record(request)
    }
    case 'status': {
      const { status } = await import('./status.ts')
      return status(request)
    }
    case 'install-service':
    case 'uninstall-service': {
      const { changeService } = await import('./change-service.ts')
      return changeService(request)
    }
    case 'wire': {
      const { wire } = await import('./wire.ts')
      return wire(request)
    }
    case 'doctor': {
      const { doctor } = await import('./doctor.ts')
      return doctor((text) => void process.stdout.write(text), process.stdout.columns ?? 100)
    }
    case 'help':
      return print(usage())
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return exitCode.ok
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`e2etop: ${error.message}\n\`e2etop help\` lists commands and options.\n`)
    return exitCode.usage
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `e2etop: a fault of e2etop itself; please report it with these lines:\n${detail}\n`,
  )
  return exitCode.crash
}

// A reader that has gone (`e2etop --once | head`) wants no more, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCode.ok : exitCode.failed)
})
process.exitCode = await run(process.argv.slice(2)).catch(report)
