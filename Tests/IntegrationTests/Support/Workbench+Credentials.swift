import FileSystem
import Foundation
import Testing

/// What a person keeps of passwords, for programs that look for it.
extension Workbench {
  /// - Parameter input: What the program reads.
  func runctl(_ arguments: [String], input: String?) throws -> ProgramResult {
    let file = input.map { _ in "\(folder)/input" }
    if let file, let input { try FileTree.replace(file, with: Array(input.utf8)) }
    return try Program(
      [Machine.runctl] + arguments, environment: variables, directory: project, scratch: folder,
      input: file
    ).wait()
  }

  /// Docker's `config.json`: `HOST` becomes the registry, `[user:password]` base64 of what is in it.
  func writeDocker(_ text: String?, host: String) throws {
    guard let text else { return }
    try FileTree.makeDirectories("\(folder)/docker")
    let whole = text.replacing("HOST", with: host).replacing(/\[([a-z]+:[^\]]+)\]/) { match in
      Data(match.output.1.utf8).base64EncodedString()
    }
    try FileTree.replace("\(folder)/docker/config.json", with: Array(whole.utf8))
  }

  /// Programs `docker-credential-NAME` that only know one reply; an empty one is for having none.
  /// - Returns: How they were called so far, and by whom.
  func writeHelpers(_ replies: [String: String]) throws -> () throws -> [String] {
    let log = "\(folder)/calls"
    for (name, reply) in replies {
      try writeHelper(
        name,
        """
        echo "$0 $*" $(tr '\\0' ' ' < /proc/$PPID/cmdline) >> \(log)
        \(reply.isEmpty ? "echo credentials not found in native keychain; exit 1" : "echo '\(reply)'")
        """)
    }
    return {
      guard FileTree.exists(log) else { return [] }
      return String(decoding: try FileTree.read(log), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
  }

  func writeHelper(_ name: String, _ script: String) throws {
    let programs = "\(folder)/programs"
    try FileTree.makeDirectories(programs)
    try FileTree.replace(
      "\(programs)/docker-credential-\(name)", with: Array("#!/bin/sh\n\(script)\n".utf8),
      permissions: 0o755)
    environment["PATH"] = "\(programs):\(Machine.search)"
  }

  /// The files of the store and the state that a text is in, also as base64 of a login.
  func kept(_ secret: String) throws -> [String] {
    let login = Data("alice:\(secret)".utf8).base64EncodedString()
    var found: [String] = []
    for place in [home, "\(project)/.runctl"] where FileTree.exists(place) {
      let result = try run("grep", "-rlaF", "-e", secret, "-e", login, place)
      found += result.output.split(separator: "\n").map(String.init)
    }
    return found
  }
}
