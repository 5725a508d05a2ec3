import { CaptureError } from '../capture-error.ts'
import { btfKind, type Btf, type BtfMember } from './btf.ts'

/** A flag inside a struct: the byte that holds it and its mask there. */
export interface FlagPlace {
  readonly offset: number
  readonly mask: number
}

/**
 * Where this kernel keeps what we read, in bytes from the start of each struct. Resolved once from BTF, because
 * the offsets differ between kernels and even between builds of one.
 */
export type KernelLayout = ReturnType<typeof kernelLayout>

/** Throws `CaptureError` `kernel-layout` naming the first member that this kernel does not have. */
export function kernelLayout(btf: Btf) {
  const find = (struct: string, path: string) => offsetOf(btf, struct, path)
  const common = (member: string) => find('sock', `__sk_common.${member}`)
  return {
    sock: {
      family: common('skc_family'),
      state: common('skc_state'),
      remotePort: common('skc_dport'),
      localAddress4: common('skc_rcv_saddr'),
      remoteAddress4: common('skc_daddr'),
      localAddress6: common('skc_v6_rcv_saddr'),
      remoteAddress6: common('skc_v6_daddr'),
      flags: common('skc_flags'),
      net: common('skc_net'),
      protocol: find('sock', 'sk_protocol'),
      /** Set for sockets that the kernel opened for itself. */
      kernel: flagOf(btf, 'sock', 'sk_kern_sock'),
      /** Number of the flag, in `flags`, that the peer's FIN has arrived. */
      doneBit: btf.enumerator('sock_flags', 'SOCK_DONE') ?? 1,
    },
    inetSock: { localPort: find('inet_sock', 'inet_sport') },
    tcpSock: {
      bytesSent: find('tcp_sock', 'bytes_sent'),
      bytesRetrans: find('tcp_sock', 'bytes_retrans'),
      bytesReceived: find('tcp_sock', 'bytes_received'),
      segmentsOut: find('tcp_sock', 'segs_out'),
      segmentsIn: find('tcp_sock', 'segs_in'),
      smoothedRtt: find('tcp_sock', 'srtt_us'),
      retransmits: find('tcp_sock', 'total_retrans'),
    },
    net: { inode: find('net', 'ns.inum') },
    socket: { sock: find('socket', 'sk') },
    skBuff: { sock: find('sk_buff', 'sk') },
    task: {
      tgid: find('task_struct', 'tgid'),
      flags: find('task_struct', 'flags'),
      comm: find('task_struct', 'comm'),
      leader: find('task_struct', 'group_leader'),
      parent: find('task_struct', 'real_parent'),
      start: find('task_struct', 'start_boottime'),
      credentials: find('task_struct', 'real_cred'),
      cgroups: find('task_struct', 'cgroups'),
      namespaces: find('task_struct', 'nsproxy'),
    },
    credentials: { uid: find('cred', 'uid') },
    cgroupSet: { unified: find('css_set', 'dfl_cgrp') },
    cgroup: { node: find('cgroup', 'kn') },
    cgroupNode: { id: find('kernfs_node', 'id') },
    namespaces: { net: find('nsproxy', 'net_ns') },
    file: { inode: find('file', 'f_inode') },
    inode: { device: find('inode', 'i_rdev') },
    binary: { interpreter: find('linux_binprm', 'interp'), fileName: fileNamePath(btf) },
    iterator: {
      sequence: find('bpf_iter_meta', 'seq'),
      fileMeta: find('bpf_iter__task_file', 'meta'),
      fileTask: find('bpf_iter__task_file', 'task'),
      fileFile: find('bpf_iter__task_file', 'file'),
    },
    types: {
      setState: typeOf(btf, btfKind.typedef, 'btf_trace_inet_sock_set_state'),
      exec: typeOf(btf, btfKind.typedef, 'btf_trace_sched_process_exec'),
      fileIterator: typeOf(btf, btfKind.func, 'bpf_iter_task_file'),
      /** Linux 6.3 and later. */
      sendLength: btf.find(btfKind.typedef, 'btf_trace_sock_send_length'),
      receiveLength: btf.find(btfKind.typedef, 'btf_trace_sock_recv_length'),
      /** Linux 6.2 and later: a program's packet as the kernel's struct, to see its socket. */
      castToKernel: btf.find(btfKind.func, 'bpf_cast_to_kern_ctx'),
    },
  }
}

function memberOf(btf: Btf, struct: string, path: string): BtfMember {
  const member = btf.member(struct, path)
  if (!member) throw missing(`${struct}.${path}`)
  return member
}

function offsetOf(btf: Btf, struct: string, path: string): number {
  const member = memberOf(btf, struct, path)
  // Kernels before 5.6 pack sk_protocol into a bit-field, which a plain load would misread.
  if (member.bitWidth !== 0) throw missing(`${struct}.${path} as a plain member`)
  return member.offset
}

/** From a binary to the name of its file; undefined where this kernel has it elsewhere. */
function fileNamePath(btf: Btf): readonly number[] | undefined {
  const steps = [
    btf.member('linux_binprm', 'file'),
    btf.member('file', 'f_path.dentry'),
    btf.member('dentry', 'd_name.name'),
  ]
  const offsets = steps.flatMap((step) => step?.offset ?? [])
  return offsets.length === steps.length ? offsets : undefined
}

function flagOf(btf: Btf, struct: string, path: string): FlagPlace {
  const member = memberOf(btf, struct, path)
  return { offset: member.offset, mask: 1 << member.bit }
}

function typeOf(btf: Btf, kind: 8 | 12, name: string): number {
  const id = btf.find(kind, name)
  if (id === undefined) throw missing(name)
  return id
}

const missing = (what: string) =>
  new CaptureError(
    'kernel-layout',
    `this kernel has no ${what}`,
    'BPF capture needs Linux 5.11 or later; the sock_diag source works without',
  )
