import FileSystem
import Foundation
import Testing

/// The smallest root that commands run in: busybox, and scripts that stand in for Python.
enum BaseRoot {
  private static let applets = [
    "cat", "chmod", "cp", "date", "env", "find", "gzip", "head", "hostname", "id", "kill", "ln",
    "ls", "mkdir", "mv", "od", "printf", "pwd", "rm", "sed", "sh", "sleep", "sort", "tail", "tar",
    "test", "touch", "tr", "true", "uname", "wc",
  ]

  /// `python SCRIPT ARGS…` runs a shell's script; `pip install` writes what it was asked for to the
  /// place that `--user` means.
  private static let scripts = [
    "usr/bin/python": "#!/bin/sh\nexec /bin/sh \"$@\"\n",
    "usr/bin/pip": """
    #!/bin/sh
    mkdir -p /root/.local/bin /root/.local/lib
    echo "$@" >/root/.local/lib/arguments
    for last; do :; done
    cp "$last" /root/.local/lib/packages
    printf '#!/bin/sh\\necho a tool from pip\\n' >/root/.local/bin/tool
    chmod 755 /root/.local/bin/tool

    """,
  ]

  /// Writes the root as a tar file, the same each time.
  /// - Parameter extra: Files beside these, to get another image.
  static func write(_ tar: String, scratch: String, extra: [String: String] = [:]) throws {
    let root = "\(scratch)/root-\(UUID().uuidString)"
    defer { try? FileTree.remove(root) }
    for folder in ["bin", "usr/bin", "etc", "root", "dev", "proc", "sys", "var"] {
      try FileTree.makeDirectories("\(root)/\(folder)")
    }
    try FileTree.makeDirectories("\(root)/tmp")
    chmod("\(root)/tmp", 0o1777)
    let busybox = try #require(
      ["/bin/busybox", "/usr/bin/busybox"].first(where: FileTree.exists))
    try FileTree.replace(
      "\(root)/bin/busybox", with: FileTree.read(busybox), permissions: 0o755)
    for applet in applets { symlink("busybox", "\(root)/bin/\(applet)") }
    for (path, text) in scripts {
      try FileTree.replace("\(root)/\(path)", with: Array(text.utf8), permissions: 0o755)
    }
    let etc = ["etc/passwd": "root:x:0:0:root:/root:/bin/sh\nme:x:1000:1000::/tmp:/bin/sh\n"]
    for (path, text) in etc.merging(extra, uniquingKeysWith: { $1 }) {
      try FileTree.replace("\(root)/\(path)", with: Array(text.utf8))
    }
    let result = try Program.run(
      "tar", "--create", "--file", tar, "--sort=name", "--mtime=@0", "--owner=0", "--group=0",
      "--numeric-owner", "--directory", root, ".", scratch: scratch)
    try #require(result.succeeded, "\(result)")
  }
}
