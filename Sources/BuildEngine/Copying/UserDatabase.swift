import OCI

/// The users and groups of a root file system, as `--chown` and WORKDIR look them up.
///
/// Source: passwd(5), group(5). A number needs no entry; the group of a user who is given by number
/// alone is that number, as in the reference.
struct UserDatabase {
  private let passwd: [[Substring]]
  private let group: [[Substring]]

  init(passwd: [UInt8]?, group: [UInt8]?) {
    self.passwd = Self.rows(passwd)
    self.group = Self.rows(group)
  }

  private static func rows(_ bytes: [UInt8]?) -> [[Substring]] {
    String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
  }

  /// - Parameter text: `user`, `user:group` or `:group`, names or numbers.
  func owner(_ text: String) throws -> Owner {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var owner = Owner(uid: 0, gid: 0)
    let user = String(parts[0])
    if let number = UInt32(user) {
      owner = Owner(uid: number, gid: number)
    } else if !user.isEmpty {
      owner = try named(user)
    }
    guard parts.count == 2 else { return owner }
    return Owner(uid: owner.uid, gid: try gid(String(parts[1])))
  }

  /// Root is known everywhere, also where there is no file that says so.
  private func named(_ user: String) throws -> Owner {
    if let row = passwd.first(where: { $0.count >= 4 && $0[0] == user }),
      let uid = UInt32(row[2]), let gid = UInt32(row[3])
    {
      return Owner(uid: uid, gid: gid)
    }
    guard user == "root" else { throw BuildError.unknownUser(user) }
    return Owner(uid: 0, gid: 0)
  }

  private func gid(_ name: String) throws -> UInt32 {
    if let number = UInt32(name) { return number }
    guard let row = group.first(where: { $0.count >= 3 && $0[0] == name }),
      let gid = UInt32(row[2])
    else { throw BuildError.unknownGroup(name) }
    return gid
  }

  /// Whether `text` can be read without the files.
  static func isNumeric(_ text: String) -> Bool {
    text.split(separator: ":").allSatisfy { UInt32($0) != nil }
  }
}
