/// Shows a person where the bytes of an image are.
struct ImageTreeView {
  /// How many of a list are shown.
  private static let shown = 10

  let terminal: Terminal

  func print(_ tree: ImageTree) {
    terminal.print(
      "\(tree.image): \(Quantity.bytes(tree.bytes)) in "
        + "\(Quantity.count(tree.layers.count, "layer")), \(Quantity.bytes(tree.size)) compressed")
    terminal.print("")
    print(tree.layers)
    heading(tree.layer.map { "all that layer \($0) holds" } ?? "in the image's root")
    print(tree.tree, indent: "")
    print(tree.hidden, of: tree.layers)
    print(tree.duplicates)
    print(tree.caches)
  }

  private func print(_ layers: [ImageTree.Layer]) {
    var table = Table("LAYER", "BYTES", "FILES", "HIDES", "INSTRUCTION")
    for layer in layers {
      table.add(
        "\(layer.number)", Quantity.bytes(layer.bytes), "\(layer.files)",
        layer.hiddenBytes > 0 ? Quantity.bytes(layer.hiddenBytes) : "",
        ExplanationView.line(layer.instruction ?? ""))
    }
    table.print(to: terminal)
  }

  private func print(_ usage: ImageTree.Usage, indent: String) {
    let name = usage.path.split(separator: "/").last.map(String.init) ?? "/"
    line(
      usage.bytes,
      indent + name + (usage.isDirectory && name != "/" ? "/" : ""))
    for part in usage.parts { print(part, indent: indent + "  ") }
  }

  private func print(_ hidden: [ImageTree.Hidden], of layers: [ImageTree.Layer]) {
    guard !hidden.isEmpty else { return }
    total(hidden.map(\.bytes), "hidden by later layers")
    for file in hidden.prefix(Self.shown) {
      line(
        file.bytes,
        "\(file.path)  of layer \(file.layer), \(file.isReplaced ? "replaced" : "removed") by "
          + "layer \(file.hiddenBy)")
    }
    rest(hidden.count, "file")
  }

  private func print(_ duplicates: [ImageTree.Duplicate]) {
    guard !duplicates.isEmpty else { return }
    total(duplicates.map(\.wastedBytes), "there more than once")
    for files in duplicates.prefix(Self.shown) {
      let paths = files.paths.prefix(2).joined(separator: "  ")
      let more = files.paths.count > 2 ? "  and \(files.paths.count - 2) more" : ""
      line(files.wastedBytes, paths + more)
    }
    rest(duplicates.count, "content")
  }

  private func print(_ caches: [ImageTree.Cache]) {
    guard !caches.isEmpty else { return }
    total(caches.map(\.bytes), "of package managers, and temporary")
    for cache in caches {
      let layers = cache.layers.map(String.init).joined(separator: ", ")
      let more = cache.directories.count - 1
      line(
        cache.bytes,
        cache.directories[0] + (more == 0 ? "" : " and \(Quantity.count(more, "more place"))")
          + "  \(cache.name), layer\(cache.layers.count == 1 ? "" : "s") \(layers)")
    }
  }

  // MARK: Lines

  private func total(_ bytes: [Int64], _ what: String) {
    heading("\(what): \(Quantity.bytes(bytes.reduce(0, +)))")
  }

  private func heading(_ text: String) {
    terminal.print("")
    terminal.print(terminal.styled(text, .bold, onErrors: false))
  }

  private func line(_ bytes: Int64, _ text: String) {
    let amount = Quantity.bytes(bytes)
    let padding = String(repeating: " ", count: max(0, 9 - amount.count))
    terminal.print("\(padding)\(amount)  \(DiagnosticPrinter.printable(text))")
  }

  private func rest(_ count: Int, _ noun: String) {
    guard count > Self.shown else { return }
    terminal.print("           and \(Quantity.count(count - Self.shown, "more " + noun))")
  }
}
