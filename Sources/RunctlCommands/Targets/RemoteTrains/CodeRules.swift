import ContextScan
import Diagnostics
import FileSystem
import Launching
import OCI
import Project

/// Which files of a project are its code, for a run that gets them without an image.
struct CodeRules {
  /// Beside what is never context: what a checkout or Python made here, and is of no use elsewhere.
  private static let builtIn = [
    ".git", ".venv", "venv", "**/__pycache__", "**/*.pyc", "**/node_modules",
  ]

  let left: IgnoreRules
  private let included: IgnoreRules?
  private let named: Set<String>
  private let ignore: IgnoreSource

  /// - Parameter patterns: Nothing else is sent; none sends everything. One without a slash is about
  ///   names at any depth, as shells' patterns are.
  /// - Throws: `DiagnosticList` for an ignore file's line that is no pattern, `UsageError` for
  ///   `patterns`.
  init(_ image: ImageDefinition, including patterns: [String], _ workspace: Workspace) throws {
    let root = workspace.project.root.path
    ignore = try IgnoreSource.find(
      dockerfile: (try? image.dockerfilePath()) ?? root + "/Dockerfile", context: root)
    named = Set(patterns.filter { !$0.contains { "*?[\\".contains($0) } })
    left = try ignore.rules(for: image, workspace, leading: Self.builtIn, below: root)
    do {
      let whole = patterns.flatMap { $0.contains("/") ? [$0] : [$0, "**/" + $0] }
      included = patterns.isEmpty ? nil : try IgnoreRules(patterns: whole)
    } catch {
      throw UsageError(
        "invalid-include-pattern", "--include-pattern: \(error.diagnostic(in: nil).message)",
        help: "write it as in .dockerignore, such as 'training/**' or '*.py'")
    }
  }

  func includes(_ path: TreePath) -> Bool { included?.excludes(path) ?? true }

  /// Passwords and keys are sent only where a pattern without wildcards names them. Python's modules
  /// are code, whatever they are called.
  func isPrivate(_ path: TreePath) -> Bool {
    let text = String(decoding: path.bytes, as: UTF8.self)
    guard PrivateFiles.contains(text), !text.hasSuffix(".py") else { return false }
    return named.isDisjoint(with: [text, FileTree.lastComponent(of: text)])
  }

  /// Why a file that is there is not among the code.
  func reason(against path: TreePath) throws -> String {
    if !left.excludes(path) {
      return isPrivate(path)
        ? "its name says that it is private; --include-pattern can name it"
        : "no --include-pattern matches it"
    }
    if let line = try ignore.line(excluding: path), let file = ignore.path {
      let name = FileTree.lastComponent(of: file)
      return "line \(line.number) of '\(name)' leaves it out: \(line.text)"
    }
    return "it is never part of the code"
  }
}
