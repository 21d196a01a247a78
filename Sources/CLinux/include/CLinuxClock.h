#ifndef CLINUX_CLOCK_H
#define CLINUX_CLOCK_H

#include <stddef.h>

extern const unsigned char clinux_clock_object[];
extern const unsigned char clinux_clock_object_offset[];
extern const unsigned char clinux_clock_object_end[];

// A shared object for this machine's programs that shows them another time of day.
static inline const unsigned char *_Nonnull clinux_clock_bytes(void) { return clinux_clock_object; }

// In bytes; 0 on machines that it was not made for.
static inline size_t clinux_clock_size(void) {
  return (size_t)(clinux_clock_object_end - clinux_clock_object);
}

// Where in it the number of seconds stands that it adds, 8 bytes.
static inline size_t clinux_clock_offset(void) {
  return (size_t)(clinux_clock_object_offset - clinux_clock_object);
}

#endif
