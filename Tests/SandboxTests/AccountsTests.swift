import Testing

@testable import Sandbox

@Suite struct AccountsTests {
  private static let accounts = Accounts(
    passwd: Array(
      """
      root:x:0:0:root:/root:/bin/sh
      # a comment
      broken:x:one:2::/:
      app:x:1000:1001::/home/app:/bin/sh
      bare:x:1002:1003:::/bin/sh
      65:x:66:67::/sixty:/bin/sh
      """.utf8),
    group: Array(
      "root:x:0:\napp:x:1001:\nwheel:x:10:root,app\nshort:x:11\nvideo:x:44:app,bare".utf8))

  @Test(
    arguments: [
      (nil, Identity(uid: 0, gid: 0, groups: [0, 10], home: "/root")),
      ("", Identity(uid: 0, gid: 0, groups: [0, 10], home: "/root")),
      ("app", Identity(uid: 1000, gid: 1001, groups: [1001, 10, 44], home: "/home/app")),
      ("app:", Identity(uid: 1000, gid: 1001, groups: [1001, 10, 44], home: "/home/app")),
      ("1000", Identity(uid: 1000, gid: 1001, groups: [1001, 10, 44], home: "/home/app")),
      ("app:video", Identity(uid: 1000, gid: 44, groups: [44], home: "/home/app")),
      ("app:4711", Identity(uid: 1000, gid: 4711, groups: [4711], home: "/home/app")),
      ("bare", Identity(uid: 1002, gid: 1003, groups: [1003, 44], home: "/")),
      // A number is an id, whatever names there are.
      ("65", Identity(uid: 65, gid: 0, groups: [0], home: "/")),
      ("2147483647:0", Identity(uid: .init(Int32.max), gid: 0, groups: [0], home: "/")),
    ] as [(String?, Identity)])
  func identity(text: String?, expected: Identity) throws {
    #expect(try Self.accounts.identity(of: text) == expected)
  }

  @Test(arguments: ["broken", "nobody", "-1", "2147483648", "app:nothing", "#", "0:99999999999"])
  func unknown(text: String) {
    #expect(throws: SandboxError.self) { try Self.accounts.identity(of: text) }
  }
}
