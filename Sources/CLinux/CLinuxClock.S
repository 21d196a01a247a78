// A shared object, laid out by hand: the three functions by which programs ask for the time of day,
// each adding a number of seconds to what the kernel says. Put before a program's other libraries
// (ld.so(8), /etc/ld.so.preload), it shows the program another time.
//
// It is data here. It needs no library, so that it fits every C library whose loader takes it.
//
// Source: System V ABI, "Object Files" and "Dynamic Linking"; AMD64 supplement, "Symbol Table".

  .section .rodata.clinux_clock, "a", @progbits
  .balign 4096
  .globl clinux_clock_object
  .globl clinux_clock_object_offset
  .globl clinux_clock_object_end
clinux_clock_object:

#if defined(__x86_64__)
.Lheader:
  .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
  .zero 8
  .short 3, 62                          // ET_DYN, EM_X86_64
  .long 1
  .quad 0, .Lsegments - .Lheader, 0
  .long 0
  .short 64, 56, 4, 64, 0, 0

.Lsegments:
  .long 1, 5                            // PT_LOAD, readable and executable
  .quad 0, 0, 0, .Lcode_end - .Lheader, .Lcode_end - .Lheader, 4096
  .long 1, 6                            // PT_LOAD, readable and writable: loaders write into it
  .quad .Ldata - .Lheader, .Ldata - .Lheader, .Ldata - .Lheader
  .quad .Ldata_end - .Ldata, .Ldata_end - .Ldata, 4096
  .long 2, 6                            // PT_DYNAMIC
  .quad .Ldynamic - .Lheader, .Ldynamic - .Lheader, .Ldynamic - .Lheader
  .quad .Ldata_end - .Ldynamic, .Ldata_end - .Ldynamic, 8
  .long 0x6474e551, 6                   // PT_GNU_STACK: not executable
  .quad 0, 0, 0, 0, 0, 16

.Lsymbols:                              // name, STB_GLOBAL | STT_FUNC, place, size
  .zero 24
  .long .Lname_clock_gettime - .Lnames
  .byte 0x12, 0
  .short 1
  .quad .Lclock_gettime - .Lheader, .Lgettimeofday - .Lclock_gettime
  .long .Lname_gettimeofday - .Lnames
  .byte 0x12, 0
  .short 1
  .quad .Lgettimeofday - .Lheader, .Ltime - .Lgettimeofday
  .long .Lname_time - .Lnames
  .byte 0x12, 0
  .short 1
  .quad .Ltime - .Lheader, .Lcode_end - .Ltime

.Lhash:                                 // one bucket that has them all
  .long 1, 4, 1, 0, 2, 3, 0

.Lnames:
  .byte 0
.Lname_clock_gettime:
  .asciz "clock_gettime"
.Lname_gettimeofday:
  .asciz "gettimeofday"
.Lname_time:
  .asciz "time"
.Lnames_end:

  .balign 16
.Lclock_gettime:                        // int (clockid_t, struct timespec *)
  movl $228, %eax
  syscall
  testl %eax, %eax
  js 1f
  cmpl $0, %edi                         // CLOCK_REALTIME
  je 2f
  cmpl $5, %edi                         // CLOCK_REALTIME_COARSE
  je 2f
  cmpl $11, %edi                        // CLOCK_TAI
  jne 3f
2:
  movq .Loffset(%rip), %rcx
  addq %rcx, (%rsi)
  ret
1:
  movl $-1, %eax
3:
  ret

  .balign 16
.Lgettimeofday:                         // int (struct timeval *, void *)
  movl $96, %eax
  syscall
  testl %eax, %eax
  js 1f
  testq %rdi, %rdi
  je 3f
  movq .Loffset(%rip), %rcx
  addq %rcx, (%rdi)
  ret
1:
  movl $-1, %eax
3:
  ret

  .balign 16
.Ltime:                                 // time_t (time_t *)
  movq %rdi, %rdx
  xorl %edi, %edi
  movl $201, %eax
  syscall
  addq .Loffset(%rip), %rax
  testq %rdx, %rdx
  je 3f
  movq %rax, (%rdx)
3:
  ret
.Lcode_end:

  .balign 4096
.Ldata:
clinux_clock_object_offset:
.Loffset:
  .quad 0
.Ldynamic:
  .quad 4, .Lhash - .Lheader
  .quad 5, .Lnames - .Lheader
  .quad 6, .Lsymbols - .Lheader
  .quad 10, .Lnames_end - .Lnames
  .quad 11, 24
  .quad 0, 0
.Ldata_end:
#else
clinux_clock_object_offset:
#endif
clinux_clock_object_end:

  .section .note.GNU-stack, "", @progbits
