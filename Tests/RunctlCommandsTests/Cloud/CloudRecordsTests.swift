import TestSupport
import Testing

@testable import RunctlCommands

struct CloudRecordsTests {
  @Test func allOfAKindAreDropped() throws {
    let scratch = try Scratch()
    let records = CloudRecords(folder: scratch("cloud"))
    #expect(!records.dropAll("password-one"))
    for profile in ["", "prod"] {
      records.keep("hush", "password-one", [profile], for: .seconds(60))
      records.keep("hush", "password-two", [profile], for: .seconds(60))
    }
    #expect(records.dropAll("password-one"))
    for profile in ["", "prod"] {
      #expect(records.value("password-one", [profile], as: String.self) == nil)
      #expect(records.value("password-two", [profile], as: String.self) == "hush")
    }
    #expect(!records.dropAll("password-one"))
  }
}
