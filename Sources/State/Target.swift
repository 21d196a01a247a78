/// Something that can be up to date.
package struct Target: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case image
    case tag
    case push
    case run
  }

  /// The image's name in the project.
  package let image: String
  package let kind: Kind
  /// Tells apart what one image can have several of: the script and arguments of a run, the stage
  /// asked for. Empty for the usual one.
  package let detail: String

  package init(image: String, kind: Kind, detail: String = "") {
    self.image = image
    self.kind = kind
    self.detail = detail
  }
}

extension Target: CustomStringConvertible {
  /// `IMAGE:KIND`, as the command line has it.
  package var description: String { "\(image):\(kind.rawValue)" }
}
