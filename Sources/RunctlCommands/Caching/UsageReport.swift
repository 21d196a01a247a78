import OCI
import Storage

/// What the store takes on the disk, by what it is and by who needs it.
struct UsageReport: Encodable {
  struct Kind: Encodable {
    let kind: String
    let count: Int
    let bytes: Int64
  }

  struct User: Encodable {
    let project: String?
    /// Of a project, or the name of an image that no project's newest build made.
    let image: String?
    let stage: String?
    let kind: String
    /// What nobody else needs.
    let alone: Int64
    let shared: Int64
  }

  struct ProjectShare: Encodable {
    let project: String
    let alone: Int64
    let shared: Int64
  }

  let total: Int64
  let kinds: [Kind]
  let users: [User]
  let projects: [ProjectShare]
  /// Needed by several users: part of `shared` of each of them.
  let shared: Int64
  /// What neither a name nor a newest build needs.
  let unneeded: Int64

  init(_ inventory: StoreInventory) {
    total = inventory.total
    kinds = Self.kinds(of: inventory)
    let (shares, rest) = UsageShares.of(inventory) { $0 }
    (shared, unneeded) = (rest.shared, rest.unneeded)
    users = shares.map(Self.user).sorted {
      ($1.alone + $1.shared, $0.project ?? "", $0.image ?? "")
        < ($0.alone + $0.shared, $1.project ?? "", $1.image ?? "")
    }
    projects = UsageShares.of(inventory, by: Self.project).shares
      .compactMap { project, share in
        project.map { ProjectShare(project: $0, alone: share.alone, shared: share.shared) }
      }
      .sorted { ($1.alone + $1.shared, $0.project) < ($0.alone + $0.shared, $1.project) }
  }

  private static func kinds(of inventory: StoreInventory) -> [Kind] {
    StoredItem.Kind.allCases.filter { $0 != .step }.map { kind in
      let items = inventory.items.filter { $0.kind == kind }
      return Kind(
        kind: kind.rawValue, count: items.count, bytes: items.reduce(0) { $0 + $1.bytes })
    } + [
      Kind(kind: "database", count: 1, bytes: inventory.database),
      Kind(kind: "other", count: 1, bytes: inventory.other),
    ]
  }

  private static func user(_ user: StoreUser, _ share: UsageShares.Share) -> User {
    func made(_ kind: String, _ project: String?, _ image: String?, _ stage: String? = nil) -> User
    {
      User(
        project: project, image: image, stage: stage, kind: kind, alone: share.alone,
        shared: share.shared)
    }
    return switch user {
    case .build(let owner):
      made("build", owner.project, owner.image, owner.stage.isEmpty ? nil : owner.stage)
    case .image(let name): made("image", nil, ImageReference(name)?.familiar ?? name)
    case .caches(let project): made("cache-mounts", project.isEmpty ? nil : project, nil)
    }
  }

  private static func project(of user: StoreUser) -> String? {
    switch user {
    case .build(let owner): owner.project
    case .caches(let project): project.isEmpty ? nil : project
    case .image: nil
    }
  }

  // MARK: Showing

  func print(to terminal: Terminal) {
    var table = Table("KIND", "COUNT", "SIZE")
    for kind in kinds where kind.bytes > 0 {
      table.add(kind.kind, String(kind.count), Quantity.bytes(kind.bytes))
    }
    table.add("total", "", Quantity.bytes(total))
    table.print(to: terminal)
    terminal.print("")
    var needers = Table("NEEDED BY", "ALONE", "SHARED", "PROJECT")
    for user in users {
      needers.add(
        DiagnosticPrinter.printable(Self.title(user)), Quantity.bytes(user.alone),
        Quantity.bytes(user.shared), DiagnosticPrinter.printable(user.project ?? "-"))
    }
    needers.add("nobody", Quantity.bytes(unneeded), "", "-")
    needers.print(to: terminal)
    if unneeded > 0 {
      terminal.note("'runctl cache prune' takes away what nobody needs ('-n' says what that is)")
    }
  }

  private static func title(_ user: User) -> String {
    switch (user.image, user.stage) {
    case (let image?, let stage?): "\(image) (\(stage))"
    case (let image?, nil): image
    case (nil, _): "cache mounts"
    }
  }
}
