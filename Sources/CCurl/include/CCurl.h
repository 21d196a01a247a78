#pragma once
#include <stddef.h>
#include <stdint.h>

// One HTTP exchange at a time over libcurl, which is loaded at the first use: linked, it and its
// thirty libraries would cost every start of the program 8 to 10 ms.

/// How an exchange ended.
typedef enum __attribute__((enum_extensibility(closed))) {
  CCurlEndDone,
  CCurlEndUnresolved,  // the name has no address
  CCurlEndUnreachable, // nothing accepts connections there
  CCurlEndTimeout,
  CCurlEndBroken,      // the connection ended in the middle
  CCurlEndHandshake,   // TLS could not be agreed on
  CCurlEndUntrusted,   // the certificate is not trusted
  CCurlEndStopped,     // a callback asked for it
  CCurlEndOther,
} CCurlEnd;

typedef struct CCurlHeaders CCurlHeaders;
typedef struct CCurlHandle CCurlHandle;

/// What is sent. Pointers are borrowed for the call; a text that is NULL is not set.
typedef struct {
  const char *method;
  const char *url;
  CCurlHeaders *headers;
  const char *ca_file;
  const char *ca_directory;
  const char *proxy;
  const char *no_proxy;
  /// In bytes; negative when there is no body.
  int64_t body_size;
  long connect_timeout_seconds;
  long buffer_size;
  void *context;
  /// A line of the head, with its line end. 0 stops the exchange; so it is below.
  int (*on_header)(void *context, const char *bytes, size_t count);
  int (*on_body)(void *context, const char *bytes, size_t count);
  /// Fills the buffer; SIZE_MAX stops the exchange.
  size_t (*read_body)(void *context, char *buffer, size_t capacity);
  int (*seek_body)(void *context, int64_t offset);
  /// Bytes of the bodies so far. Called at least about once a second.
  int (*on_progress)(void *context, int64_t received, int64_t sent);
} CCurlRequest;

/// Loads the library once. Safe for use by several threads.
/// Returns NULL, or why it cannot be had.
const char *ccurl_load(void);

/// A handle keeps its connections open between exchanges. One thread at a time may use it.
/// NULL when there is no memory. `ccurl_load` must have succeeded.
CCurlHandle *ccurl_open(void);
void ccurl_close(CCurlHandle *handle);

/// Appends a header line; NULL when there is no memory (the list is then as it was).
CCurlHeaders *ccurl_headers_append(CCurlHeaders *headers, const char *line);
void ccurl_headers_free(CCurlHeaders *headers);

/// Performs one exchange; redirects are not followed, no credentials are added.
CCurlEnd ccurl_perform(CCurlHandle *handle, const CCurlRequest *request);

/// What went wrong in the last exchange of this handle, for a person; valid until the next one.
const char *ccurl_reason(CCurlHandle *handle);
