/// The keys as a tree, to be walked along with a text.
struct SchemaNode: Sendable {
  private(set) var key: ConfigurationKey?
  private(set) var children: [String: SchemaNode] = [:]

  static let root: SchemaNode = {
    var root = SchemaNode()
    for key in ConfigurationSchema.keys { root.insert(key, at: key.path[...]) }
    return root
  }()

  private mutating func insert(_ key: ConfigurationKey, at path: ArraySlice<String>) {
    guard let first = path.first else {
      self.key = key
      return
    }
    children[first, default: SchemaNode()].insert(key, at: path.dropFirst())
  }

  /// What stands for any name in this table, when names are the user's choice.
  var anyName: SchemaNode? { children["*"] }
}
