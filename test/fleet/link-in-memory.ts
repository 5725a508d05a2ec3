import { PassThrough } from 'node:stream'
import type { HostLink, LinkEnd } from '../../src/fleet/host-link.ts'
import { serveConsole } from '../../src/host/serve/serve-console.ts'
import type { Served } from '../../src/host/serve/served.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { spoken } from '../../src/query/serve/opening.ts'
import type { Greeting } from '../../src/query/serve/serve-message.ts'

export const greetingOf = (host: string, more: Partial<Greeting> = {}): Greeting => ({
  ...spoken,
  version: '0.1.0',
  host,
  at: hostTime(Date.now()),
  ...more,
})

/** The two ends of a link without a network: what a host reads and says, and what the console has of it. */
export function linkInMemory() {
  const fromHost = new PassThrough()
  const toHost = new PassThrough()
  let end: (how: LinkEnd) => void = () => {}
  const ended = new Promise<LinkEnd>((resolve) => (end = resolve))
  const close = () => {
    toHost.end()
    end({ exitCode: undefined, complaint: 'closed' })
  }
  const link: HostLink = { fromHost, toHost, ended, close }
  return { link, input: toHost, output: fromHost, end }
}

/** A host that answers, over such a link; `host` settles as it ends. */
export function servedLink(served: Partial<Served>, noise = '', greeting = greetingOf('far')) {
  const { link, input, output, end } = linkInMemory()
  output.write(noise)
  const host = serveConsole(
    { input, output },
    {
      greeting,
      served: {
        answer: () => Promise.reject(new Error('not asked for')),
        records: () => {
          throw new Error('not asked for')
        },
        watch: () => {
          throw new Error('not asked for')
        },
        ...served,
      },
      now: () => hostTime(Date.now() + 90_000),
    },
  ).then((how) => {
    end({ exitCode: 0, complaint: '' })
    return how
  })
  return { link, host }
}
