// See `csqlite_sealed_layer` in the header.
//
// Only the database's own file is concerned. Frames of its log have numbers of SQLite's own, and the
// journal is written for the moment of creation alone.
#include "CSQLite.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { seal_size = 8, header_size = 100, largest_page = 65536 };

typedef struct {
  sqlite3_file base;
  int is_sealed;
  int page_size;
  // For one page; a connection is used by one thread at a time.
  unsigned char *page;
} sealed_file;

static sqlite3_file *inner(sqlite3_file *file) {
  return (sqlite3_file *)((sealed_file *)file + 1);
}

static sqlite3_vfs *system_layer(void) { return sqlite3_vfs_find("unix"); }

/// A page that was written to another place is wrong there: its place counts, too.
static uint64_t seal(const unsigned char *page, int size, sqlite3_int64 place) {
  uint64_t sum = 0x9e3779b97f4a7c15u ^ (uint64_t)place;
  for (int at = 0; at + 8 <= size; at += 8) {
    uint64_t word;
    memcpy(&word, page + at, 8);
    sum = (sum ^ word) * 0x9fb21c651e98df25u;
    sum ^= sum >> 32;
  }
  return sum;
}

static int is_page(int count, sqlite3_int64 place) {
  return count >= 512 && count <= largest_page && (count & (count - 1)) == 0 && place % count == 0;
}

/// Learns from a database's first bytes. One of two marks is enough, so that damage to the other is
/// found.
static void learn(sealed_file *file, const unsigned char *head) {
  static const unsigned char mark[] = {
      (CSQLITE_SEALED_ID >> 24) & 255, (CSQLITE_SEALED_ID >> 16) & 255,
      (CSQLITE_SEALED_ID >> 8) & 255, CSQLITE_SEALED_ID & 255};
  if (memcmp(head, "SQLite format 3", 16) != 0) return;
  file->is_sealed = head[20] == seal_size || memcmp(head + 68, mark, 4) == 0;
  int size = head[16] << 8 | head[17];
  file->page_size = size == 1 ? largest_page : size;
}

static int is_right(const unsigned char *page, int size, sqlite3_int64 place) {
  uint64_t found;
  memcpy(&found, page + size - seal_size, seal_size);
  return found == seal(page, size - seal_size, place);
}

static int sealed_read(sqlite3_file *base, void *to, int count, sqlite3_int64 place) {
  sealed_file *file = (sealed_file *)base;
  int code = inner(base)->pMethods->xRead(inner(base), to, count, place);
  if (code != SQLITE_OK) return code;
  if (place == 0 && count >= header_size) learn(file, to);
  if (!file->is_sealed) return SQLITE_OK;
  if (is_page(count, place)) return is_right(to, count, place) ? SQLITE_OK : SQLITE_CORRUPT;
  // The header is looked at in parts before its page is read as a whole.
  if (place + count <= header_size) return SQLITE_OK;
  int size = file->page_size;
  if (!is_page(size, 0) || place % size + count > size) return SQLITE_CORRUPT;
  sqlite3_int64 start = place - place % size;
  code = inner(base)->pMethods->xRead(inner(base), file->page, size, start);
  if (code != SQLITE_OK) return code;
  if (!is_right(file->page, size, start)) return SQLITE_CORRUPT;
  memcpy(to, file->page + (place - start), count);
  return SQLITE_OK;
}

static int sealed_write(sqlite3_file *base, const void *from, int count, sqlite3_int64 place) {
  sealed_file *file = (sealed_file *)base;
  if (place == 0 && count >= header_size) learn(file, from);
  if (!file->is_sealed || !is_page(count, place))
    return inner(base)->pMethods->xWrite(inner(base), from, count, place);
  memcpy(file->page, from, count);
  uint64_t sum = seal(file->page, count - seal_size, place);
  memcpy(file->page + count - seal_size, &sum, seal_size);
  return inner(base)->pMethods->xWrite(inner(base), file->page, count, place);
}

static int sealed_close(sqlite3_file *base) {
  free(((sealed_file *)base)->page);
  return inner(base)->pMethods->xClose(inner(base));
}

static int sealed_traits(sqlite3_file *base) {
  // SQLITE_IOCAP_SUBPAGE_READ of later versions: parts of pages are not to be read by themselves.
  return inner(base)->pMethods->xDeviceCharacteristics(inner(base)) & ~0x8000;
}

static int sealed_fetch(sqlite3_file *base, sqlite3_int64 place, int count, void **to) {
  (void)base, (void)place, (void)count;
  *to = 0;
  return SQLITE_OK;
}
static int sealed_unfetch(sqlite3_file *base, sqlite3_int64 place, void *from) {
  (void)base, (void)place, (void)from;
  return SQLITE_OK;
}

// What goes through as it is.
#define PASS(name, method, parameters, ...)                    \
  static int name parameters {                                 \
    return inner(f)->pMethods->method(inner(f), __VA_ARGS__);  \
  }
PASS(sealed_truncate, xTruncate, (sqlite3_file * f, sqlite3_int64 size), size)
PASS(sealed_sync, xSync, (sqlite3_file * f, int flags), flags)
PASS(sealed_size, xFileSize, (sqlite3_file * f, sqlite3_int64 *size), size)
PASS(sealed_lock, xLock, (sqlite3_file * f, int level), level)
PASS(sealed_unlock, xUnlock, (sqlite3_file * f, int level), level)
PASS(sealed_reserved, xCheckReservedLock, (sqlite3_file * f, int *is), is)
PASS(sealed_control, xFileControl, (sqlite3_file * f, int what, void *with), what, with)
PASS(sealed_shm_map, xShmMap, (sqlite3_file * f, int n, int size, int extend, void volatile **to),
     n, size, extend, to)
PASS(sealed_shm_lock, xShmLock, (sqlite3_file * f, int at, int n, int flags), at, n, flags)
PASS(sealed_shm_unmap, xShmUnmap, (sqlite3_file * f, int removes), removes)
static int sealed_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static void sealed_shm_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }

static const sqlite3_io_methods methods = {
    3, sealed_close, sealed_read, sealed_write, sealed_truncate, sealed_sync, sealed_size,
    sealed_lock, sealed_unlock, sealed_reserved, sealed_control, sealed_sector, sealed_traits,
    sealed_shm_map, sealed_shm_lock, sealed_shm_barrier, sealed_shm_unmap, sealed_fetch,
    sealed_unfetch};

static int sealed_open(
    sqlite3_vfs *layer, const char *name, sqlite3_file *base, int flags, int *out) {
  (void)layer;
  sqlite3_vfs *system = system_layer();
  if (!(flags & SQLITE_OPEN_MAIN_DB)) return system->xOpen(system, name, base, flags, out);
  sealed_file *file = (sealed_file *)base;
  memset(file, 0, sizeof(*file));
  if (!(file->page = malloc(largest_page))) return SQLITE_NOMEM;
  int code = system->xOpen(system, name, inner(base), flags, out);
  if (code == SQLITE_OK) {
    file->base.pMethods = &methods;
  } else {
    free(file->page);
  }
  return code;
}

static sqlite3_vfs layer;

static void make_layer(void) {
  layer = *system_layer();
  layer.zName = "runctl-sealed";
  layer.pNext = 0;
  layer.szOsFile += (int)sizeof(sealed_file);
  layer.xOpen = sealed_open;
  sqlite3_vfs_register(&layer, 0);
}

const char *csqlite_sealed_layer(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  // The layers of the system are there once the library is.
  if (sqlite3_initialize() != SQLITE_OK) return 0;
  pthread_once(&once, make_layer);
  return layer.zName;
}

int csqlite_reserve_seals(sqlite3 *db) {
  int count = seal_size;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &count);
}
