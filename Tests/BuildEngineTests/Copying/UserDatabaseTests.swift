import Testing

@testable import BuildEngine

struct UserDatabaseTests {
  private static let users = UserDatabase(
    passwd: Array(
      """
      root:x:0:0:root:/root:/bin/sh
      dev:x:1001:100:,,,:/home/dev:/bin/sh
      # odd lines are nobody's
      broken
      half:x:5
      text:x:one:two::/:
      5000:x:7:8::/:
      dev:x:9:9::/:
      """.utf8),
    group: Array("root:x:0:\nusers:x:100:dev\nbad:x\nstaff:x:50:\n".utf8))

  @Test(arguments: [
    ("dev", 1001, 100), ("root", 0, 0), ("1001", 1001, 1001), ("dev:staff", 1001, 50),
    ("dev:7", 1001, 7), ("3:staff", 3, 50), ("3:4", 3, 4), (":4", 0, 4), (":staff", 0, 50),
    // A number is a number, whoever has it as a name.
    ("5000", 5000, 5000), ("4294967295:0", 4_294_967_295, 0),
  ])
  func finds(text: String, uid: UInt32, gid: UInt32) throws {
    #expect(try Self.users.owner(text) == Owner(uid: uid, gid: gid))
  }

  @Test(arguments: ["nobody", "half", "text", "broken", "-1", "4294967296", "dev "])
  func doesNotKnowUser(name: String) {
    #expect(throws: BuildError.unknownUser(name)) { try Self.users.owner(name) }
  }

  @Test(arguments: ["nogroup", "bad", "", "1:2"])
  func doesNotKnowGroup(name: String) {
    #expect(throws: BuildError.unknownGroup(name)) { try Self.users.owner("dev:" + name) }
  }

  @Test func needsNoFilesForNumbers() throws {
    let nobody = UserDatabase(passwd: nil, group: nil)
    #expect(try nobody.owner("1:2") == Owner(uid: 1, gid: 2))
    #expect(throws: BuildError.unknownUser("dev")) { try nobody.owner("dev") }
    // Root is root everywhere.
    #expect(try nobody.owner("root") == Owner(uid: 0, gid: 0))
    #expect(UserDatabase.isNumeric("1:2") && UserDatabase.isNumeric("1"))
    #expect(!UserDatabase.isNumeric("dev:2") && !UserDatabase.isNumeric("1:users"))
  }
}
