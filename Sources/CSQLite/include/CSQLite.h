#pragma once
#include <sqlite3.h>

/// SQLITE_TRANSIENT is a cast that Swift cannot import: SQLite copies the bytes at once.
static inline int csqlite_bind_text(sqlite3_stmt *s, int i, const char *p, int n) {
  return sqlite3_bind_text(s, i, p, n, SQLITE_TRANSIENT);
}
static inline int csqlite_bind_blob(sqlite3_stmt *s, int i, const void *p, long n) {
  return sqlite3_bind_blob64(s, i, p, (sqlite3_uint64)n, SQLITE_TRANSIENT);
}

/// sqlite3_db_config is variadic.
static inline int csqlite_keep_log_on_close(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/// A mark in the header of databases whose pages are sealed (`PRAGMA application_id`).
#define CSQLITE_SEALED_ID 0x72637431

/// The name of a file layer that ends each page of a sealed database with a number that follows from
/// its other bytes, and reads a page whose number is wrong as SQLITE_CORRUPT. Databases that are not
/// sealed are read and written as they are. Nothing is read through mmap: a file that somebody
/// shortens would end the process.
const char *csqlite_sealed_layer(void);

/// Makes a new database a sealed one; one that has pages stays as it is.
int csqlite_reserve_seals(sqlite3 *db);
