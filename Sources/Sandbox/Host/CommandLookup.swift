import FileSystem

/// Whether a command is in the root: asked only when the runtime could not start it.
struct CommandLookup {
  enum Result: Equatable {
    case found
    case notFound
    case notExecutable
  }

  let result: Result

  init(_ spec: SandboxSpec, root: borrowing RootView) {
    let name = spec.arguments.first ?? ""
    var candidates: [String]
    if name.hasPrefix("/") {
      candidates = [name]
    } else if name.utf8.contains(UInt8(ascii: "/")) {
      candidates = ["\(spec.workingDirectory)/\(name)"]
    } else {
      let path = spec.environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/bin:/usr/bin"
      candidates = path.split(separator: ":").map { "\($0)/\(name)" }
    }
    var result = Result.notFound
    for candidate in candidates where !name.isEmpty {
      guard let place = root.place(of: candidate), let status = root.status(of: place.path) else {
        continue
      }
      if status.kind == .file, status.permissions & 0o111 != 0 {
        self.result = .found
        return
      }
      result = .notExecutable
    }
    self.result = result
  }
}
