import OCI

/// The name of an image in a project: what stands behind `images.` and before `:push`.
package enum ImageName {
  /// Words that mean a target where a name could stand.
  private static let targets = ["image", "tag", "push", "run"]

  /// Whether `text` may name an image: one component of a repository, and no target's name.
  package static func isValid(_ text: String) -> Bool {
    isComponent(text) && !targets.contains(text)
  }

  /// A folder's name as an image's name: lower case, and dashes for what is not allowed.
  ///
  /// `My Project (v2)` becomes `my-project-v2`; a folder of which nothing is left, `project`.
  package static func from(folder: String) -> String {
    var name = ""
    for scalar in folder.lowercased().unicodeScalars {
      let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar))
      if isAllowed || ".-_".unicodeScalars.contains(scalar) {
        name.unicodeScalars.append(scalar)
      } else if !name.hasSuffix("-") {
        name += "-"
      }
    }
    name = String(name.drop { !$0.isLetter && !$0.isNumber }.prefix(128))
    while let last = name.last, !last.isLetter, !last.isNumber { name.removeLast() }
    if isComponent(name) { return name }
    // Joints such as `._` are not allowed: all become dashes.
    name = String(name.map { ".-_".contains($0) ? "-" : $0 })
    return isComponent(name) ? name : "project"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }

  private static func isComponent(_ text: String) -> Bool {
    guard text.utf8.count <= 128, !text.contains(where: { "/:@".contains($0) }) else {
      return false
    }
    return ImageReference("\(ImageReference.dockerHub)/x/\(text)") != nil
  }
}

extension TextRule {
  static let imageName = TextRule(
    expected: "a name of lower-case letters, digits and dashes, and not 'image', 'tag', 'push' or"
      + " 'run'", accepts: { ImageName.isValid($0) })
}
