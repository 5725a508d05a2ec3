import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { listPids } from '../../capture/owners/process-stat.ts'
import { userId } from '../../recorder/privileges.ts'
import { describeStep, type Step } from './service-plan.ts'

/** A step of installing that the system refused. */
export class StepError extends Error {
  override readonly name = 'StepError'
}

/** Does one step, as root. @throws StepError */
export function runStep(step: Step): void {
  try {
    switch (step.kind) {
      case 'run':
        return runCommand(step.command, step.alsoFine ?? [])
      case 'directory':
        mkdirSync(step.path, { recursive: true })
        // By name, which Node cannot; before the mode, because a change of owner may clear bits of it.
        runCommand(['chown', '--no-dereference', `${step.user}:${step.group}`, step.path], [])
        return chmodSync(step.path, step.mode)
      case 'write':
        writeFileSync(step.path, step.text)
        return chmodSync(step.path, 0o644)
      case 'copy':
        mkdirSync(dirname(step.to), { recursive: true, mode: 0o755 })
        return cpSync(step.from, step.to, { recursive: true, dereference: true })
      case 'link':
        mkdirSync(dirname(step.path), { recursive: true, mode: 0o755 })
        rmSync(step.path, { force: true })
        return symlinkSync(step.to, step.path)
      case 'remove':
        return rmSync(step.path, { recursive: true, force: true })
      case 'idle':
        return expectIdle(step.user)
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new StepError(`${describeStep(step).split('\n')[0]}: ${why}`, { cause })
  }
}

function expectIdle(user: string): void {
  const uid = userId(user)
  if (uid === undefined) return
  const busy = listPids('/proc').filter(
    (pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid,
  )
  if (busy.length > 0)
    throw new Error(`a recorder that was started by hand runs as ${user}: kill ${busy.join(' ')}`)
}

function runCommand(
  [program = '', ...words]: readonly string[],
  alsoFine: readonly number[],
): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0 && !alsoFine.includes(status ?? -1))
    throw new Error(stderr.trim() || `exit ${status}`)
}
