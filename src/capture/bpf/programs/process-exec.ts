import { Assembler, r0, r1, r2, r3, r6, r7, r8, r9 } from '../assembler.ts'
import { event, eventKind } from '../records.ts'
import { countLoss, helper, reserve, submit, type ProgramContext } from './emit.ts'

/**
 * tp_btf/sched_process_exec(task, old_pid, binary): the program file of each process that starts one, so that
 * those that end before anyone looks have a path. `interp` and not `filename`: of a script it is the
 * interpreter, as /proc/PID/exe has it. (bpf_d_path, which would give the absolute path, is refused here.) Also the
 * name of the file itself: one that is in memory only is started as /proc/self/fd/3.
 */
export function processExecProgram({ layout, maps }: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm.load(8, r6, r1, 0).load(8, r8, r1, 16)
  reserve(asm, maps.events, event.execBytes, 'full')
  asm
    .mov(r9, r0)
    .store(4, r9, event.kind, eventKind.exec)
    .load(4, r1, r6, layout.task.tgid)
    .store(4, r9, event.tgid, r1)
    .load(8, r7, r6, layout.task.leader)
    .load(8, r1, r7, layout.task.start)
    .store(8, r9, event.start, r1)
    .load(8, r3, r8, layout.binary.interpreter)
  readText(asm, event.path, event.pathBytes, 'path read')
  const [file, ...further] = layout.binary.fileName ?? []
  if (file === undefined) asm.store(1, r9, event.file, 0)
  else {
    asm.load(8, r3, r8, file)
    for (const offset of further) asm.load(8, r3, r3, offset)
    readText(asm, event.file, event.fileBytes, 'file read')
  }
  submit(asm, r9)
  asm.jump('end').label('full')
  countLoss(asm, maps, 'event-ring-full')
  return asm.label('end').exit(0).build()
}

/** Copies text of the kernel at r3 to the record at r9; none where it cannot be read. */
function readText(asm: Assembler, at: number, bytes: number, done: string): void {
  asm
    .address(r1, r9, at)
    .mov(r2, bytes)
    .call(helper.readKernelString)
    .jumpIf(r0, 's>', 0, done)
    .store(1, r9, at, 0)
    .label(done)
}
