/** How a command ends; the same for all of them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** An answer that may be short, and says why. */
  partial: 3,
  /** A fault of ours (EX_SOFTWARE). */
  crash: 70,
  /** 128 + SIGINT. */
  interrupted: 130,
} as const
