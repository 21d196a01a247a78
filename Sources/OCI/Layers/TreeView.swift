/// A tree of files that can be asked what is where: a context, a root file system, or one that is
/// being put together.
package protocol TreeView: Sendable {
  /// What is at `path`; a link there is not followed, and neither are links on the way. A directory
  /// is never opaque: there is nothing below a tree.
  func entry(at path: TreePath) -> LayerEntry?
  /// Everything inside the directory `path`, at any depth, in order of path.
  func descendants(of path: TreePath) -> [LayerEntry]
  /// Equal for two paths of a tree only when they are the same file; nil when nobody can say.
  func linkIdentity(of path: TreePath) -> LinkIdentity?
}

/// Tells apart the files of one tree that can have several names.
package struct LinkIdentity: Hashable, Sendable {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// Why a path leads nowhere.
package enum ResolutionError: Error, Equatable {
  /// More links than the kernel follows (40, path_resolution(7)).
  case tooManyLinks(TreePath)
}

extension TreeView {
  /// Follows links inside the tree, as a process for which it is the root would.
  ///
  /// - Parameters:
  ///   - followLast: Whether a link at the very end is followed, too.
  ///   - passing: Is told each link that is followed.
  /// - Returns: A path none of whose directories is a link, and what is there.
  package func resolve(
    _ path: TreePath, followLast: Bool = true, passing: (TreePath) -> Void = { _ in }
  ) throws(ResolutionError) -> (path: TreePath, entry: LayerEntry?) {
    var rest = Array(path.components.reversed())
    var at = TreePath.root
    var links = 0
    while let name = rest.popLast() {
      if name.elementsEqual("..".utf8) {
        at = at.parent
        continue
      }
      let next = at.appending(name: name)
      guard let entry = entry(at: next), entry.kind == .symlink, followLast || !rest.isEmpty else {
        at = next
        continue
      }
      links += 1
      passing(next)
      guard links <= 40 else { throw ResolutionError.tooManyLinks(path) }
      if entry.link.first == UInt8(ascii: "/") { at = .root }
      let target = entry.link.split(separator: UInt8(ascii: "/"))
      rest += target.reversed().filter { !$0.elementsEqual(".".utf8) }.map(Array.init)
    }
    return (at, entry(at: at))
  }
}
