/// A configuration as named texts, so that two can be compared field by field.
struct ConfigFields {
  /// The name of a field, and its place among the others.
  struct Key: Hashable, Comparable, CustomStringConvertible {
    let rank: Int
    let group: String
    /// Of a variable, a label, a port…; else the group's.
    let name: String
    /// The row that it is about.
    var history: Int?

    var isDetail: Bool { history != nil && name != group }

    var description: String {
      if let history { return "history[\(history)]" + (isDetail ? " \(name)" : "") }
      return name == group ? group : "\(group) \(name)"
    }

    static func < (a: Key, b: Key) -> Bool { a.place < b.place }

    private var place: (Int, Int, String) {
      (rank, history ?? 0, history == nil || isDetail ? name : "")
    }
  }

  private(set) var fields: [Key: String] = [:]
  private var rank = 0

  init(_ image: ImageConfig) {
    let config = image.config
    add("platform", image.platform.description)
    let variables = (config?.environment ?? []).map { variable in
      (variable.prefix { $0 != "=" }, variable.drop { $0 != "=" }.dropFirst())
    }
    add("env", variables.map { (String($0), String($1)) })
    add("entrypoint", config?.entrypoint?.description)
    add("cmd", config?.command?.description)
    add("user", config?.user)
    add("workdir", config?.workingDirectory)
    add("label", (config?.labels ?? [:]).map { ($0, $1) })
    add("port", (config?.exposedPorts ?? [:]).keys.map { ($0, "exposed") })
    add("volume", (config?.volumes ?? [:]).keys.map { ($0, "declared") })
    add("stop signal", config?.stopSignal)
    add("healthcheck", config?.healthcheck.map(Self.text))
    add("shell", config?.shell?.description)
    add("onbuild", config?.onBuild?.description)
    add("args escaped", config?.argsEscaped?.description)
    add("author", image.author)
    add("created", image.created)
    rank += 1
    for (index, row) in (image.history ?? []).enumerated() { add(row, index) }
  }

  private mutating func add(_ group: String, _ value: String?) {
    add(group, value.map { [(group, $0)] } ?? [])
  }

  private mutating func add(_ group: String, _ values: [(name: String, text: String)]) {
    rank += 1
    for value in values { fields[Key(rank: rank, group: group, name: value.name)] = value.text }
  }

  private mutating func add(_ row: ImageConfig.History, _ index: Int) {
    func key(_ name: String) -> Key {
      Key(rank: rank, group: "history", name: name, history: index)
    }
    fields[key("history")] = row.createdBy ?? ""
    fields[key("created")] = row.created
    fields[key("author")] = row.author
    fields[key("comment")] = row.comment
    fields[key("empty layer")] = row.emptyLayer?.description
  }

  private static func text(_ check: ImageConfig.Healthcheck) -> String {
    let times = [
      ("interval", check.interval), ("timeout", check.timeout),
      ("start period", check.startPeriod), ("start interval", check.startInterval),
    ]
    let options =
      times.compactMap { name, value in value.map { "\(name) \(Duration.nanoseconds($0))" } }
      + (check.retries.map { ["retries \($0)"] } ?? [])
    return ([check.test?.description ?? "inherited"] + options).joined(separator: ", ")
  }
}
