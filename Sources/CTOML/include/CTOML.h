/// TOML 1.0 as a flat list of nodes, each with its place in the text.
///
/// toml++ parses; this shim copies what it found into plain records, because no C++ type and no
/// exception may cross into Swift. It knows nothing of what the keys mean.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ctoml_kind {
  CTOML_TABLE,
  CTOML_ARRAY,
  CTOML_STRING,
  CTOML_INTEGER,
  CTOML_FLOAT,
  CTOML_BOOLEAN,
  CTOML_TIME,
} ctoml_kind;

/// Lines and columns count from 1; a column counts code points; 0 is unknown.
typedef struct ctoml_position {
  uint32_t line;
  uint32_t column;
} ctoml_position;

/// From `begin` up to, but not with, `end`.
typedef struct ctoml_region {
  ctoml_position begin;
  ctoml_position end;
} ctoml_region;

typedef struct ctoml_node {
  ctoml_kind kind;
  /// The entries of a table or array; they follow this node, each with its own entries.
  size_t child_count;
  /// UTF-8, not ended by NUL; null in an array. Lives as long as the document.
  const char *key;
  size_t key_length;
  ctoml_region key_region;
  ctoml_region value_region;
  /// Of a string, as `key`.
  const char *text;
  size_t text_length;
  int64_t integer;
  double number;
  bool boolean;
} ctoml_node;

typedef struct ctoml_document ctoml_document;

/// More than this is refused: a configuration is written by hand.
#define CTOML_MAX_BYTES (1u << 20)

/// - Returns: null only when there is no memory. To be freed by `ctoml_free`.
ctoml_document *ctoml_parse(const char *bytes, size_t count);

/// The nodes in pre-order, the root table first; none after an error.
const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count);

/// - Returns: What is wrong with the text, ended by NUL, or null; `region` then says where.
const char *ctoml_error(const ctoml_document *document, ctoml_region *region);

void ctoml_free(ctoml_document *document);

#ifdef __cplusplus
}
#endif
