import { closeSync, constants, openSync } from 'node:fs'
import { CaptureError } from '../capture-error.ts'
import {
  attachCgroup,
  attachTracepoint,
  attachType,
  linkIterator,
  loadProgram,
  programType,
  type ProgramShape,
} from './bpf-syscall.ts'
import { cgroupRoot } from './cgroup-root.ts'
import { datagramPacketProgram, type PacketDirection } from './programs/datagram-packet.ts'
import { socketCreateProgram, socketReleaseProgram } from './programs/datagram-socket.ts'
import type { ProgramContext } from './programs/emit.ts'
import { processExecProgram } from './programs/process-exec.ts'
import { socketPassProgram } from './programs/socket-pass.ts'
import { socketUserProgram } from './programs/socket-user.ts'
import { tcpStateAgainProgram, tcpStateProgram } from './programs/tcp-state.ts'

/** Collects descriptors, so that one call closes them all, also half-way through opening. */
export type Opened = (fd: number) => void

/** The program descriptor is not needed once its link holds the program. */
function linked(shape: ProgramShape, link: (program: number) => number, opened: Opened): number {
  const program = loadProgram(shape)
  try {
    const fd = link(program)
    opened(fd)
    return fd
  } finally {
    closeSync(program)
  }
}

function tracepoint(name: string, typeId: number, code: Uint8Array, opened: Opened): void {
  const shape = { name, type: programType.tracing, attach: attachType.rawTracepoint, code, typeId }
  linked(shape, (program) => attachTracepoint(program, name), opened)
}

/**
 * Attaches what TCP needs, for which CAP_BPF and CAP_PERFMON are enough, and gives the link of the iterator
 * that passes over all sockets. Throws `CaptureError`.
 */
export function attachTcp(context: ProgramContext, opened: Opened): number {
  const { types } = context.layout
  // In this order: programs of a tracepoint run as they were attached.
  tracepoint('tcp_state', types.setState, tcpStateProgram(context), opened)
  tracepoint('tcp_state_again', types.setState, tcpStateAgainProgram(context), opened)
  const pass = {
    name: 'socket_pass',
    type: programType.tracing,
    attach: attachType.iterator,
    code: socketPassProgram(context),
    typeId: types.fileIterator,
  }
  return linked(pass, (program) => linkIterator(program, pass.name), opened)
}

/** Attaches what counts datagrams, which needs CAP_NET_ADMIN and the cgroup2 root. Throws `CaptureError`. */
export function attachDatagrams(context: ProgramContext, opened: Opened): void {
  const directory = openSync(cgroupRoot(), constants.O_RDONLY | constants.O_DIRECTORY)
  const attach = (shape: ProgramShape) =>
    linked(shape, (program) => attachCgroup(program, directory, shape), opened)
  const packets = (name: string, direction: PacketDirection, type: number) =>
    attach({
      name,
      type: programType.cgroupSkb,
      attach: type,
      code: datagramPacketProgram(context, direction),
    })
  const sockets = (name: string, type: number, code: Uint8Array) =>
    attach({ name, type: programType.cgroupSocket, attach: type, code })
  try {
    // Owners first, so that no packet of a new socket is counted without.
    sockets('socket_create', attachType.socketCreate, socketCreateProgram(context))
    sockets('socket_release', attachType.socketRelease, socketReleaseProgram(context))
    packets('packet_egress', 'egress', attachType.cgroupEgress)
    packets('packet_ingress', 'ingress', attachType.cgroupIngress)
  } finally {
    closeSync(directory)
  }
}

/** Attaches what finds out who uses a TCP socket. Throws `CaptureError`, `too-old` before Linux 6.3. */
export function attachUsers(context: ProgramContext, opened: Opened): void {
  const { sendLength, receiveLength } = context.layout.types
  if (sendLength === undefined || receiveLength === undefined)
    throw new CaptureError(
      'too-old',
      'this kernel has no sock_send_length tracepoint',
      'Linux 6.3 and later have it',
    )
  const code = socketUserProgram(context)
  tracepoint('socket_send', sendLength, code, opened)
  tracepoint('socket_receive', receiveLength, code, opened)
}

/** Attaches what remembers the programs of short processes. Throws `CaptureError`. */
export function attachExec(context: ProgramContext, opened: Opened): void {
  tracepoint('process_exec', context.layout.types.exec, processExecProgram(context), opened)
}
