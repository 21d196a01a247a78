import Testing

@testable import AWS

@Suite struct ECRHostTests {
  @Test(arguments: [
    ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "us-east-1"),
    ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1"),
  ])
  func saysAccountAndRegion(host: String, region: String) throws {
    let parsed = try #require(ECRHost(host))
    #expect(parsed.account == "123456789012")
    #expect(parsed.region == region)
    #expect(parsed.host == host)
  }

  @Test(arguments: [
    "docker.io", "127.0.0.1:5000", "public.ecr.aws", "1.dkr.ecr.us-east-1.amazonaws.com",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com.example.com",
    "x.123456789012.dkr.ecr.us-east-1.amazonaws.com",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com:443",
  ])
  func otherHostsAreNone(host: String) { #expect(ECRHost(host) == nil) }

  @Test func isMadeOfBoth() {
    #expect(
      ECRHost(account: "123456789012", region: "eu-west-1").host
        == "123456789012.dkr.ecr.eu-west-1.amazonaws.com")
    #expect(
      ECRHost(account: "123456789012", region: "cn-north-1").host
        == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn")
  }
}
