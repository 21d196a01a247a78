#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct CCurlHandle {
  CURL *easy;
  const CCurlRequest *request;
  CURLcode last;
  char text[CURL_ERROR_SIZE];
};

static struct {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *);
  void (*easy_reset)(CURL *);
  CURLcode (*easy_perform)(CURL *);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  const char *(*easy_strerror)(CURLcode);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
} lib;

static const char *load_failure;
static char load_text[256];

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *text = dlerror();
    size_t at = 0;
    for (; text && text[at] && at + 1 < sizeof load_text; at++) load_text[at] = text[at];
    load_failure = at ? load_text : "libcurl.so.4 cannot be opened";
    return;
  }
  struct { const char *name; void **slot; } symbols[] = {
    {"curl_global_init", (void **)&lib.global_init},
    {"curl_easy_init", (void **)&lib.easy_init},
    {"curl_easy_cleanup", (void **)&lib.easy_cleanup},
    {"curl_easy_reset", (void **)&lib.easy_reset},
    {"curl_easy_perform", (void **)&lib.easy_perform},
    {"curl_easy_setopt", (void **)&lib.easy_setopt},
    {"curl_easy_strerror", (void **)&lib.easy_strerror},
    {"curl_slist_append", (void **)&lib.slist_append},
    {"curl_slist_free_all", (void **)&lib.slist_free_all},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (!*symbols[i].slot) {
      load_failure = "libcurl.so.4 lacks a function";
      return;
    }
  }
  if (lib.global_init(CURL_GLOBAL_ALL) != CURLE_OK) load_failure = "libcurl cannot be initialised";
}

const char *ccurl_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return load_failure;
}

CCurlHandle *ccurl_open(void) {
  CCurlHandle *handle = calloc(1, sizeof *handle);
  if (!handle) return NULL;
  handle->easy = lib.easy_init();
  if (handle->easy) return handle;
  free(handle);
  return NULL;
}

void ccurl_close(CCurlHandle *handle) {
  lib.easy_cleanup(handle->easy);
  free(handle);
}

CCurlHeaders *ccurl_headers_append(CCurlHeaders *headers, const char *line) {
  return (CCurlHeaders *)lib.slist_append((struct curl_slist *)headers, line);
}

void ccurl_headers_free(CCurlHeaders *headers) {
  lib.slist_free_all((struct curl_slist *)headers);
}

// Callbacks: libcurl's shapes to ours.

static size_t header_callback(char *bytes, size_t size, size_t count, void *data) {
  const CCurlRequest *request = ((CCurlHandle *)data)->request;
  size_t total = size * count;
  return request->on_header(request->context, bytes, total) ? total : total + 1;
}

static size_t body_callback(char *bytes, size_t size, size_t count, void *data) {
  const CCurlRequest *request = ((CCurlHandle *)data)->request;
  size_t total = size * count;
  return request->on_body(request->context, bytes, total) ? total : total + 1;
}

static size_t read_callback(char *buffer, size_t size, size_t count, void *data) {
  const CCurlRequest *request = ((CCurlHandle *)data)->request;
  size_t filled = request->read_body(request->context, buffer, size * count);
  return filled == SIZE_MAX ? CURL_READFUNC_ABORT : filled;
}

static int seek_callback(void *data, curl_off_t offset, int origin) {
  const CCurlRequest *request = ((CCurlHandle *)data)->request;
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  return request->seek_body(request->context, offset) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static int progress_callback(
  void *data, curl_off_t to_receive, curl_off_t received, curl_off_t to_send, curl_off_t sent
) {
  const CCurlRequest *request = ((CCurlHandle *)data)->request;
  return request->on_progress(request->context, received, sent) ? 0 : 1;
}

// A connection must not leak into the programs that other threads start.
static curl_socket_t socket_callback(void *data, curlsocktype purpose, struct curl_sockaddr *to) {
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static CURLcode set_up(CCurlHandle *handle, const CCurlRequest *request) {
  CURL *easy = handle->easy;
  CURLcode code = CURLE_OK;
#define SET(option, value) \
  do { if (code == CURLE_OK) code = lib.easy_setopt(easy, (option), (value)); } while (0)
  SET(CURLOPT_ERRORBUFFER, handle->text);
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_URL, request->url);
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_HTTPHEADER, request->headers);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_CONNECTTIMEOUT, request->connect_timeout_seconds);
  SET(CURLOPT_OPENSOCKETFUNCTION, socket_callback);
  SET(CURLOPT_HEADERFUNCTION, header_callback);
  SET(CURLOPT_HEADERDATA, handle);
  SET(CURLOPT_WRITEFUNCTION, body_callback);
  SET(CURLOPT_WRITEDATA, handle);
  SET(CURLOPT_XFERINFOFUNCTION, progress_callback);
  SET(CURLOPT_XFERINFODATA, handle);
  SET(CURLOPT_NOPROGRESS, 0L);
  if (request->ca_file) SET(CURLOPT_CAINFO, request->ca_file);
  if (request->ca_directory) SET(CURLOPT_CAPATH, request->ca_directory);
  if (request->proxy) SET(CURLOPT_PROXY, request->proxy);
  if (request->no_proxy) SET(CURLOPT_NOPROXY, request->no_proxy);
  if (request->body_size >= 0) {
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_size);
    SET(CURLOPT_READFUNCTION, read_callback);
    SET(CURLOPT_READDATA, handle);
    SET(CURLOPT_SEEKFUNCTION, seek_callback);
    SET(CURLOPT_SEEKDATA, handle);
    SET(CURLOPT_CUSTOMREQUEST, request->method);
  } else if (request->method[0] == 'H') {
    SET(CURLOPT_NOBODY, 1L);
  } else {
    SET(CURLOPT_HTTPGET, 1L);
    SET(CURLOPT_CUSTOMREQUEST, request->method);
  }
#undef SET
  // Refused while a buffer of the exchange before is there: it has that size then.
  (void)lib.easy_setopt(easy, CURLOPT_BUFFERSIZE, request->buffer_size);
  (void)lib.easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, request->buffer_size);
  return code;
}

static CCurlEnd classify(CURLcode code) {
  switch (code) {
    case CURLE_OK: return CCurlEndDone;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return CCurlEndUnresolved;
    case CURLE_COULDNT_CONNECT: return CCurlEndUnreachable;
    case CURLE_OPERATION_TIMEDOUT: return CCurlEndTimeout;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_RECV_ERROR:
    case CURLE_AGAIN: return CCurlEndBroken;
    case CURLE_SSL_CONNECT_ERROR: return CCurlEndHandshake;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM: return CCurlEndUntrusted;
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_WRITE_ERROR:
    case CURLE_READ_ERROR: return CCurlEndStopped;
    default: return CCurlEndOther;
  }
}

// With CURLOPT_NOSIGNAL a TLS write to a closed connection raises SIGPIPE: it is held back in this
// thread and, when it is of this call's making, taken away.
static CURLcode perform_without_sigpipe(CURL *easy) {
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  int was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  CURLcode code = lib.easy_perform(easy);
  if (!was_pending) {
    const struct timespec at_once = {0, 0};
    while (sigtimedwait(&pipe, NULL, &at_once) == SIGPIPE) {}
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code;
}

CCurlEnd ccurl_perform(CCurlHandle *handle, const CCurlRequest *request) {
  handle->request = request;
  handle->text[0] = 0;
  lib.easy_reset(handle->easy);
  handle->last = set_up(handle, request);
  if (handle->last == CURLE_OK) handle->last = perform_without_sigpipe(handle->easy);
  // Nothing of the caller's may be reached through the handle while it waits for its next use.
  lib.easy_reset(handle->easy);
  handle->request = NULL;
  return classify(handle->last);
}

const char *ccurl_reason(CCurlHandle *handle) {
  return handle->text[0] ? handle->text : lib.easy_strerror(handle->last);
}
