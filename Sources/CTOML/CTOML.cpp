#include "CTOML.h"

#include <deque>
#include <exception>
#include <new>
#include <string>
#include <vector>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
// Arrays and inline tables in each other. Parser and destructors recurse once a level.
#define TOML_MAX_NESTED_VALUES 8
// Damaged texts break what the parser asserts, and it goes on to say what is wrong with them. With
// NDEBUG it would have the compiler presume what does not hold.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

struct ctoml_document {
  // Keys and strings: a deque does not move what it holds.
  std::deque<std::string> texts;
  std::vector<ctoml_node> nodes;
  bool failed = false;
  std::string message;
  ctoml_region region{};
};

namespace {

// A dotted key nests without nesting values, and destructors recurse once a level: this and
// TOML_MAX_NESTED_VALUES bound the stack. Strings count too, which is stricter, but simple.
constexpr size_t max_dots_in_line = 128;

ctoml_region region(const toml::source_region &source) {
  return {{source.begin.line, source.begin.column}, {source.end.line, source.end.column}};
}

void keep(ctoml_document &document, std::string_view text, const char *&start, size_t &length) {
  const std::string &kept = document.texts.emplace_back(text);
  start = kept.data();
  length = kept.size();
}

void append(ctoml_document &document, const toml::node &value, const toml::key *key) {
  ctoml_node node{};
  node.value_region = region(value.source());
  if (key != nullptr) {
    node.key_region = region(key->source());
    keep(document, key->str(), node.key, node.key_length);
  }
  const toml::table *table = value.as_table();
  const toml::array *array = value.as_array();
  if (table != nullptr) {
    node.kind = CTOML_TABLE;
    node.child_count = table->size();
  } else if (array != nullptr) {
    node.kind = CTOML_ARRAY;
    node.child_count = array->size();
  } else if (const auto *string = value.as_string()) {
    node.kind = CTOML_STRING;
    keep(document, string->get(), node.text, node.text_length);
  } else if (const auto *integer = value.as_integer()) {
    node.kind = CTOML_INTEGER;
    node.integer = integer->get();
  } else if (const auto *number = value.as_floating_point()) {
    node.kind = CTOML_FLOAT;
    node.number = number->get();
  } else if (const auto *boolean = value.as_boolean()) {
    node.kind = CTOML_BOOLEAN;
    node.boolean = boolean->get();
  } else {
    node.kind = CTOML_TIME;
  }
  document.nodes.push_back(node);
  if (table != nullptr) {
    for (const auto &[name, child] : *table) append(document, child, &name);
  }
  if (array != nullptr) {
    for (const auto &child : *array) append(document, child, nullptr);
  }
}

void fail(ctoml_document &document, std::string_view message, ctoml_region region) {
  document.failed = true;
  document.message = message;
  document.region = region;
}

// - Returns: The first line that has too many dots, or 0.
uint32_t line_with_many_dots(std::string_view text) {
  uint32_t line = 1;
  size_t dots = 0;
  for (char byte : text) {
    if (byte == '\n') {
      line += 1;
      dots = 0;
    } else if (byte == '.' && ++dots > max_dots_in_line) {
      return line;
    }
  }
  return 0;
}

void parse(ctoml_document &document, std::string_view text) {
  if (text.size() > CTOML_MAX_BYTES) return fail(document, "the file is larger than 1 MiB", {});
  if (uint32_t line = line_with_many_dots(text)) {
    return fail(document, "more than 128 dots in one line", {{line, 1}, {line, 1}});
  }
  try {
    const toml::table root = toml::parse(text);
    append(document, root, nullptr);
  } catch (const toml::parse_error &error) {
    document.nodes.clear();
    fail(document, error.description(), region(error.source()));
  }
}

}  // namespace

ctoml_document *ctoml_parse(const char *bytes, size_t count) {
  ctoml_document *document = new (std::nothrow) ctoml_document;
  if (document == nullptr) return nullptr;
  try {
    parse(*document, std::string_view(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : count));
    return document;
  } catch (...) {
    delete document;
    return nullptr;
  }
}

const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count) {
  *count = document->nodes.size();
  return document->nodes.data();
}

const char *ctoml_error(const ctoml_document *document, ctoml_region *region) {
  if (!document->failed) return nullptr;
  *region = document->region;
  return document->message.c_str();
}

void ctoml_free(ctoml_document *document) { delete document; }
