/// Who the command runs as.
struct Identity: Equatable {
  var uid: UInt32
  var gid: UInt32
  /// Supplementary groups; the group itself comes first.
  var groups: [UInt32]
  var home: String
}

/// The users and groups of a root file system.
///
/// Source: passwd(5), group(5). Lines that are not understood are passed over.
struct Accounts {
  struct User: Equatable {
    let name: Substring
    let uid: UInt32
    let gid: UInt32
    let home: String
  }

  struct Group: Equatable {
    let name: Substring
    let gid: UInt32
    let members: [Substring]
  }

  let users: [User]
  let groups: [Group]

  init(passwd: [UInt8], group: [UInt8]) {
    users = Self.lines(passwd).compactMap { fields in
      guard fields.count >= 6, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else {
        return nil
      }
      return User(name: fields[0], uid: uid, gid: gid, home: String(fields[5]))
    }
    groups = Self.lines(group).compactMap { fields in
      guard fields.count >= 3, let gid = UInt32(fields[2]) else { return nil }
      let members = fields.count > 3 ? fields[3].split(separator: ",") : []
      return Group(name: fields[0], gid: gid, members: members)
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [[Substring]] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ":", omittingEmptySubsequences: false)
    }
  }

  /// Resolves the text of a Dockerfile's USER: `name|uid[:group|gid]`.
  ///
  /// As Docker does: a number is always an id and needs no entry; a user without an entry is in
  /// group 0; the supplementary groups are those that list the user's name, unless a group is
  /// given, and then there are none but that one.
  func identity(of text: String?) throws(SandboxError) -> Identity {
    let parts = (text ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first ?? ""
    let number = name.isEmpty ? 0 : Self.id(name)
    let user =
      if let uid = number { users.first { $0.uid == uid } } else {
        users.first { $0.name == name }
      }
    guard let uid = number ?? user?.uid else { throw .unknownUser(name: String(name)) }
    let home = user?.home ?? ""
    if parts.count == 2, !parts[1].isEmpty {
      let gid = try groupID(parts[1])
      return Identity(uid: uid, gid: gid, groups: [gid], home: home.isEmpty ? "/" : home)
    }
    let gid = user?.gid ?? 0
    var memberships = [gid]
    if let name = user?.name {
      memberships += groups.filter { $0.gid != gid && $0.members.contains(name) }.map(\.gid)
    }
    return Identity(uid: uid, gid: gid, groups: memberships, home: home.isEmpty ? "/" : home)
  }

  private func groupID(_ name: Substring) throws(SandboxError) -> UInt32 {
    if let number = Self.id(name) { return number }
    guard let found = groups.first(where: { $0.name == name }) else {
      throw .unknownGroup(name: String(name))
    }
    return found.gid
  }

  /// 0 to 2³¹−1, as Docker has it.
  private static func id(_ text: Substring) -> UInt32? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int32(text)
    else { return nil }
    return UInt32(number)
  }
}
