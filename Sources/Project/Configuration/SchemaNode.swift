/// The keys as a tree, to be walked along with a text.
struct SchemaNode: Sendable {
  private(set) var key: ConfigurationKey?
  private(set) var children: [String: SchemaNode] = [:]

  /// Of a project's configuration.
  static let root = SchemaNode(ConfigurationSchema.keys)

  /// Of a person's own configuration: nothing that describes one project.
  static let user = SchemaNode(
    ConfigurationSchema.keys.filter { !["project", "images"].contains($0.path.first) })

  private init() {}

  private init(_ keys: [ConfigurationKey]) {
    for key in keys { insert(key, at: key.path[...]) }
  }

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
