import OCI

/// Finds programs in an image, as execvp(3) would.
struct ImagePrograms {
  let tree: RootTree
  /// The environment's `PATH`.
  let path: String
  /// Whether the tree says what is in the image.
  var isKnown = true

  func has(_ name: String) -> Bool {
    path.split(separator: ":").contains { folder in
      let place = TreePath(String(folder)).appending(name: Array(name.utf8))
      guard let entry = try? tree.resolve(place).entry else { return false }
      return (entry.kind == .file || entry.kind == .hardLink) && entry.permissions & 0o111 != 0
    }
  }

  /// `python`, or `python3` where only that is there. An ENTRYPOINT may change `PATH`: nothing found
  /// is no error yet.
  var python: [String] {
    guard isKnown else { return Self.anyPython }
    return [!has("python") && has("python3") ? "python3" : "python"]
  }

  /// Chooses where it runs, and hands on each word as it is.
  private static let anyPython = [
    "sh", "-c", "command -v python >/dev/null && exec python \"$@\"; exec python3 \"$@\"", "sh",
  ]
}
