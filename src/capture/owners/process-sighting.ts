/** What a source knows of a process at the moment it used a socket; everything else is found out here. */
export interface ProcessSighting {
  readonly pid: number
  /** 1/100 s since boot, as field 22 of /proc/PID/stat of the thread group's leader; 0: not known. */
  readonly startTicks: number
  readonly parentPid: number
  readonly uid: number
  /** The kernel's comm up to its NUL; untrusted bytes, copied if kept. */
  readonly comm: Uint8Array
  /** Inode of the process's cgroup2 directory; 0n: not known. */
  readonly cgroupId: bigint
}
