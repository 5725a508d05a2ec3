import { openSync, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'

const enter = /[\r\n]/
const interrupt = '\x03'
const backspace = /[\x08\x7f]/ // oxlint-disable-line no-control-regex -- the keys' own bytes

/** Asks at the terminal, whatever stdin is; undefined where there is none, or for no answer. Nothing is echoed. */
export async function askAtTerminal(question: string): Promise<string | undefined> {
  let fd: number
  try {
    fd = openSync('/dev/tty', 'r+')
  } catch {
    return undefined
  }
  const tty = new ReadStream(fd)
  tty.setRawMode(true)
  writeSync(fd, `${question}: `)
  try {
    return await typed(tty)
  } finally {
    writeSync(fd, '\r\n')
    tty.setRawMode(false)
    tty.destroy()
  }
}

function typed(tty: ReadStream): Promise<string | undefined> {
  let text = ''
  return new Promise((resolve) => {
    tty.setEncoding('utf8').on('data', (piece: string) => {
      for (const character of piece) {
        if (character === interrupt) return resolve(undefined)
        if (enter.test(character)) return resolve(text === '' ? undefined : text)
        text = backspace.test(character) ? text.slice(0, -1) : text + character
      }
    })
  })
}
