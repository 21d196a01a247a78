import Testing

@testable import RunctlCommands

struct InstanceIDTests {
  @Test(arguments: ["i-01234567", "i-0123456789abcdef0"])
  func instancesOfEC2(id: String) throws {
    #expect(try InstanceID.checked(id) == id)
  }

  /// EC2 knows nothing of `mi-…`: a check would say that there is no such instance.
  @Test(arguments: ["mi-0123456789abcdef0", "i-xyz", "trainer", "--help", "i-0123456789abcdef0 x"])
  func othersAreRefused(id: String) {
    #expect(throws: UsageError.self) { try InstanceID.checked(id) }
  }
}
