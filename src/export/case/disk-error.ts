import { ExportError, systemCode } from '../export-error.ts'

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or choose a path on another disk.',
  EDQUOT: 'Free some space of your quota, or choose a path on another disk.',
  EACCES: 'Choose a directory that you may write to.',
  EROFS: 'Choose a directory on a disk that can be written to.',
  ENOENT: 'Make the directory first.',
  EEXIST: 'Something made it meanwhile; choose another name or replace it with --force.',
}

/** What the system refused while a case was written, as an error of this floor; any other error as it is. */
export function diskError(path: string, cause: unknown): unknown {
  const code = systemCode(cause)
  if (cause instanceof ExportError || code === undefined) return cause
  const next = hints[code] ?? 'See what the kernel says (dmesg), or choose another disk.'
  const message = `${path} cannot be written: ${(cause as Error).message}`
  return new ExportError(code, message, { next, cause })
}

/** @throws ExportError in place of what the system throws. */
export function onDisk<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw diskError(path, cause)
  }
}
