import Project

extension UsageError {
  /// One image is needed, and nobody said which.
  static func ambiguousImage(_ images: [ImageDefinition]) -> UsageError {
    UsageError(
      "ambiguous-image", "the project has \(images.count) images",
      help: "choose one by --image: " + images.map(\.name).joined(separator: ", "))
  }

  /// What is to be pulled has no such name.
  static func invalidReference(_ text: String) -> UsageError {
    UsageError(
      "invalid-reference", "'\(text)' is not the name of an image",
      help: "write it as [registry/]name[:tag] or [registry/]name@sha256:…")
  }
}
