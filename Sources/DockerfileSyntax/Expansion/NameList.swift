/// Names, each once, in the order of their first appearance.
struct NameList {
  private(set) var names: [String] = []
  private var known: Set<String> = []

  mutating func insert(_ name: String) {
    if known.insert(name).inserted { names.append(name) }
  }
}
