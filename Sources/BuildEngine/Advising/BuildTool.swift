import OCI

/// A program that makes others: an image that is only run has no use for it.
struct BuildTool: Sendable {
  let name: String
  private let directories: [String]
  /// Of programs, in `bin` directories; `*` stands for anything.
  private let programs: [String]

  private init(_ name: String, in directories: [String] = [], programs: [String] = []) {
    (self.name, self.directories, self.programs) = (name, directories, programs)
  }

  /// Where Debian, Alpine and the tools' own installers put them.
  static let known = [
    BuildTool(
      "compilers", in: ["usr/lib/gcc", "usr/libexec/gcc", "usr/share/gcc"],
      programs: [
        "gcc*", "g++*", "c++*", "cc", "cpp*", "c89*", "c99*", "gfortran*", "gcov*", "gprof*",
        "x86_64-linux-gnu-*", "aarch64-linux-gnu-*", "x86_64-alpine-linux-musl-*", "lto-dump*",
        "as", "ld", "ld.*", "ar", "nm", "objcopy", "objdump", "ranlib", "readelf", "strip", "dwp",
        "gold", "addr2line", "c++filt", "elfedit", "gp-*", "size", "strings",
      ]),
    BuildTool("headers", in: ["usr/include", "usr/local/include"]),
    BuildTool("make", programs: ["make", "gmake", "ninja", "meson"]),
    BuildTool("cmake", in: ["usr/share/cmake*"], programs: ["cmake", "ctest", "cpack", "ccmake"]),
    BuildTool(
      "git", in: ["usr/lib/git-core", "usr/libexec/git-core", "usr/share/git-core"],
      programs: ["git", "git-*", "scalar"]),
    BuildTool("clang", in: ["usr/lib/llvm-*"], programs: ["clang*", "llvm-*"]),
    BuildTool(
      "rust",
      in: [
        "root/.cargo", "root/.rustup", "usr/local/cargo", "usr/local/rustup", "usr/lib/rustlib",
      ], programs: ["rustc", "cargo", "rustdoc"]),
    BuildTool("go", in: ["usr/local/go", "usr/lib/go", "usr/lib/go-*"]),
    BuildTool(
      "CUDA's compiler", in: ["usr/local/cuda*/nvvm", "usr/local/cuda*/include"],
      programs: ["nvcc*", "cicc", "ptxas", "fatbinary", "nvlink", "cudafe++"]),
  ]

  /// The one that a file belongs to.
  static func of(_ path: TreePath) -> BuildTool? {
    let components = path.components
    return known.first { $0.has(components) }
  }

  private func has(_ path: [[UInt8]]) -> Bool {
    if directories.contains(where: { directory in
      let parts = directory.utf8.split(separator: UInt8(ascii: "/"))
      return path.count > parts.count && zip(parts, path).allSatisfy { Self.matches($1, $0) }
    }) {
      return true
    }
    guard path.count > 1,
      ["bin", "sbin"].contains(where: { path[path.count - 2].elementsEqual($0.utf8) })
    else { return false }
    return programs.contains { Self.matches(path[path.count - 1], $0.utf8[...]) }
  }

  /// - Parameter pattern: May end with `*`.
  private static func matches(_ name: [UInt8], _ pattern: Substring.UTF8View) -> Bool {
    pattern.last == UInt8(ascii: "*")
      ? name.starts(with: pattern.dropLast()) : name.elementsEqual(pattern)
  }
}
