/// A small image that cannot be made again, and why.
struct SeededCause: Sendable, CustomStringConvertible {
  let cause: String
  /// Of the Dockerfile, from 1: the instruction that is to blame.
  let line: Int
  /// In the image: all that differ.
  let paths: Set<String>
  /// A part of what is told as the evidence.
  let evidence: String?
  let dockerfile: String

  var description: String { "\(cause) in \(paths.sorted().joined(separator: ", "))" }

  init(_ cause: String, line: Int = 4, _ paths: Set<String>, evidence: String? = nil, _ run: String)
  {
    self.cause = cause
    self.line = line
    self.paths = paths
    self.evidence = evidence
    dockerfile = "FROM base:1\nRUN echo before > /before\nCOPY src /src\n\(run)\nRUN echo after\n"
  }
}

extension SeededCause {
  /// The seconds since 1970 in four bytes, for `printf`.
  private static let time = #"$(printf %08x $(date +%s) | sed 's/../\\x&/g')"#

  static let all = [
    SeededCause("time-stamp", ["/stamp"], evidence: ":", "RUN date > /stamp"),
    SeededCause(
      "time-stamp", ["/info"], "RUN echo \"made=$(date +%s)\" > /info && echo same > /other"),
    SeededCause(
      "compiled-python", ["/app/__pycache__/a.pyc"], evidence: "only the recorded time",
      """
      RUN mkdir -p /app/__pycache__ && \
          printf "\\xa7\\r\\r\\n\\0\\0\\0\\0\(time)\\1\\0\\0\\0the code" > /app/__pycache__/a.pyc
      """),
    SeededCause(
      "package-manager-log", ["/var/log/apt/history.log"],
      "RUN mkdir -p /var/log/apt && echo \"Start-Date: $(date)\" > /var/log/apt/history.log"),
    SeededCause(
      "random", ["/token"], "RUN head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ' > /token"),
    SeededCause("random", ["/key"], "RUN head -c 400 /dev/urandom > /key"),
    SeededCause(
      "unpinned-package",
      [
        "/site-packages/foo-1.16.dist-info", "/site-packages/foo-1.16.dist-info/METADATA",
        "/site-packages/foo-1.10.dist-info", "/site-packages/foo-1.10.dist-info/METADATA",
        "/site-packages/foo/__init__.py",
      ], evidence: "foo 1.10 → 1.16",
      """
      RUN version=1.$(hostname | wc -c); cd /; mkdir -p site-packages/foo && cd site-packages && \
          mkdir foo-$version.dist-info && echo "Version: $version" > foo-$version.dist-info/METADATA && \
          echo "__version__ = '$version'" > foo/__init__.py
      """),
    SeededCause("listing-order", ["/list"], "RUN find /src > /list"),
    SeededCause(
      "listing-order", ["/all.tar"], evidence: "members", "RUN tar -cf /all.tar -C / src"),
    SeededCause(
      "archive-times", ["/a.tar"], evidence: "d/one",
      "RUN mkdir d && echo 1 > d/one && tar -cf /a.tar d/one && rm -r d"),
    SeededCause(
      "archive-times", ["/a.tgz"], evidence: "d/one",
      "RUN mkdir d && echo 1 > d/one && tar -czf /a.tgz d/one"),
    SeededCause(
      "archive-times", ["/a.gz"], evidence: "gzip",
      """
      RUN gzip < /src/1 > /made && \
          { head -c 4 /made; printf "\(time)"; tail -c +9 /made; } > /a.gz && rm /made
      """),
    SeededCause(
      "host-name", ["/etc/machine"], evidence: "elsewhere", "RUN hostname > /etc/machine"),
    SeededCause("locale", ["/lang"], evidence: "et_EE", "RUN echo \"$LANG\" > /lang"),
    SeededCause("time-zone", ["/zone"], evidence: "GMT", "RUN echo \"in ${TZ:-UTC}\" > /zone"),
    SeededCause("time-zone", ["/epoch"], "RUN date -d @0 > /epoch"),
  ]
}
