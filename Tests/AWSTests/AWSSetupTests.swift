import FileSystem
import TestSupport
import Testing

@testable import AWS

@Suite struct AWSSetupTests {
  @Test(
    arguments: [
      ("[default]\nregion = eu-west-1\n", nil, "eu-west-1"),
      ("[profile work]\nregion=us-west-2\n[default]\nregion=eu-west-1", "work", "us-west-2"),
      ("# no\n[default]\ns3 =\n  region = nested\noutput = json\n", nil, nil),
      ("[sso-session work]\nregion = a\n[profile \"work\"]\nregion = b # c", "work", "b # c"),
      ("[default]\nregion =\n", nil, nil),
      ("garbage ]] = [", nil, nil),
    ] as [(String, String?, String?)])
  func profilesNameARegion(text: String, profile: String?, region: String?) {
    #expect(AWSProfileFile(text).value("region", of: profile ?? "default") == region)
  }

  @Test func isThereByVariablesOrFiles() throws {
    let scratch = try Scratch()
    #expect(!AWSSetup(environment: ["HOME": scratch.path]).isThere)
    #expect(AWSSetup(environment: ["AWS_ACCESS_KEY_ID": "x"]).isThere)
    #expect(AWSSetup(environment: ["AWS_PROFILE": "x"]).isThere)
    #expect(!AWSSetup(environment: ["AWS_ACCESS_KEY_ID": ""]).isThere)
    try FileTree.makeDirectories("\(scratch.path)/.aws")
    try FileTree.replace("\(scratch.path)/.aws/credentials", with: Array("[default]\n".utf8))
    #expect(AWSSetup(environment: ["HOME": scratch.path]).isThere)
  }

  @Test func aChangedFileIsAnotherTrait() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/credentials"
    let environment = ["AWS_SHARED_CREDENTIALS_FILE": path, "AWS_SECRET_ACCESS_KEY": "hidden"]
    try FileTree.replace(path, with: Array("[default]\n".utf8))
    let before = AWSSetup(environment: environment).traits
    try FileTree.replace(path, with: Array("[default]\naws_access_key_id = x\n".utf8))
    #expect(AWSSetup(environment: environment).traits != before)
    #expect(!before.joined().contains("hidden"))
  }
}
