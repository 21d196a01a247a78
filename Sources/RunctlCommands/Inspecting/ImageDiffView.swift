/// Shows a person how two images differ.
struct ImageDiffView {
  /// How many files are shown when not all are asked for.
  private static let shown = 20

  let terminal: Terminal
  let listsAll: Bool

  func print(_ diff: ImageDiff) {
    guard !diff.areEqual else {
      terminal.print(
        diff.before.digest == diff.after.digest
          ? "they are the same image"
          : "nothing differs but how the layers are compressed")
      return
    }
    terminal.print("\(title(diff.before)) → \(title(diff.after))")
    print(diff.config)
    print(diff.layers)
    print(diff.files)
  }

  private func title(_ image: ImageDiff.Image) -> String {
    let digest = image.digest.dropFirst(7).prefix(12)
    return "\(image.image) (\(digest), \(Quantity.bytes(image.bytes)))"
  }

  private func print(_ fields: [ImageDiff.Field]) {
    // The list of layers tells the rest of the history.
    let fields = fields.filter {
      !$0.field.hasPrefix("history[") || ($0.before != nil && $0.after != nil)
    }
    heading(fields.isEmpty ? "configuration: the same" : "configuration")
    for field in fields {
      change(field.before == nil ? "+" : field.after == nil ? "-" : "~", text(of: field))
    }
  }

  private func text(of field: ImageDiff.Field) -> String {
    let values = [field.before, field.after].compactMap(\.self).map(ExplanationView.line)
    return ExplanationView.line("\(field.field): ") + values.joined(separator: " → ")
  }

  private func print(_ layers: ImageDiff.Layers) {
    let differ = layers.removed.count + layers.added.count
    heading("layers: \(layers.shared) the same" + (differ == 0 ? "" : ", then"))
    for layer in layers.removed { change("-", text(of: layer)) }
    for layer in layers.added { change("+", text(of: layer)) }
  }

  private func text(of layer: ImageDiff.Layer) -> String {
    "\(layer.number)  \(Quantity.bytes(layer.bytes))  "
      + ExplanationView.line(layer.instruction ?? "")
  }

  private func print(_ files: [ImageDiff.File]) {
    let added = files.filter { $0.sizeBefore == nil }
    let removed = files.filter { $0.sizeAfter == nil }
    let changed = files.count - added.count - removed.count
    let counts = [
      ("added", added.count, added.reduce(0) { $0 + ($1.sizeAfter ?? 0) }),
      ("removed", removed.count, removed.reduce(0) { $0 + ($1.sizeBefore ?? 0) }),
    ].map { "\($1) \($0) (\(Quantity.bytes($2)))" }
    heading("files: " + (counts + ["\(changed) changed"]).joined(separator: ", "))
    let shown = listsAll ? files[...] : files.prefix(Self.shown)
    for file in shown {
      change(
        file.sizeBefore == nil ? "+" : file.sizeAfter == nil ? "-" : "~",
        DiagnosticPrinter.printable(text(of: file)))
    }
    if shown.count < files.count {
      terminal.print("  and \(files.count - shown.count) more: --files lists all")
    }
  }

  private func text(of file: ImageDiff.File) -> String {
    if file.sizeBefore == nil || file.sizeAfter == nil {
      let size = file.sizeBefore ?? file.sizeAfter ?? 0
      return file.path + (size > 0 ? "  \(Quantity.bytes(size))" : "")
    }
    let values = file.differences.map { value in
      "\(value.what) \(value.before ?? "none") → \(value.after ?? "none")"
    }
    return "\(file.path)  " + values.joined(separator: ", ")
  }

  private func heading(_ text: String) {
    terminal.print(terminal.styled(text, .bold, onErrors: false))
  }

  private func change(_ sign: String, _ text: String) {
    let style: Terminal.Style = sign == "+" ? .green : sign == "-" ? .red : .yellow
    terminal.print("  \(terminal.styled(sign, style, onErrors: false)) \(text)")
  }
}
