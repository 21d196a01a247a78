import Diagnostics
import Testing

@testable import Project

struct ConfigurationErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let id: String
    let message: String
    var replacement: String?

    init(_ text: String, _ id: String, _ message: String, replacement: String? = nil) {
      self.text = text
      self.id = id
      self.message = message
      self.replacement = replacement
    }

    var testDescription: String { text }
  }

  private static let unknown: [Case] = [
    Case(
      "[docker]\n«build_arg» = []", "unknown-key",
      "unknown key 'build_arg' in [docker]; did you mean 'build_args'?", replacement: "build_args"),
    Case(
      "[«dokcer»]\nx = 1", "unknown-key", "unknown table 'dokcer'; did you mean 'docker'?",
      replacement: "docker"),
    Case(
      "[images.train.run]\n«enviroment» = 1", "unknown-key",
      "unknown key 'enviroment' in [images.train.run]"),
    Case("[docker]\n«region» = \"x\"", "unknown-key", "unknown key 'region' in [docker]"),
    Case("«\"aws.region\"» = \"x\"", "unknown-key", "unknown key 'aws.region'"),
    Case("«\"a\\u001b[31m\"» = 1", "unknown-key", "unknown key 'a?[31m'"),
    Case(
      "[images.a.run]\ninputs = [{ path = \"x\", «chek» = \"stat\" }]", "unknown-key",
      "unknown key 'chek' in 'images.a.run.inputs'"),
  ]

  private static let types: [Case] = [
    Case(
      "[docker]\nbuild_args = «\"A=1\"»", "wrong-type",
      "'docker.build_args' must be an array of \"NAME=value\" or a table, not a string",
      replacement: "[\"A=1\"]"),
    Case(
      "[images.a]\ntags = «\"v1\"»", "wrong-type",
      "'images.a.tags' must be an array of strings, not a string", replacement: "[\"v1\"]"),
    Case(
      "[images.a]\ntags = [«1»]", "wrong-type", "'images.a.tags' must be a string, not an integer"),
    Case(
      "[aws]\nuse_spot = «\"true\"»", "wrong-type",
      "'aws.use_spot' must be true or false, not a string", replacement: "true"),
    Case(
      "[checkpoint]\nkeep_last_n = «1.5»", "wrong-type",
      "'checkpoint.keep_last_n' must be a whole number from 1 to 1000000000, not a number"),
    Case("docker = «1»", "wrong-type", "'docker' must be a table, not an integer"),
    Case(
      "[aws]\nregion = «1979-05-27»", "wrong-type",
      "'aws.region' must be a string, not a date or time"),
    Case("[images]\na = «\"x\"»", "wrong-type", "'images.a' must be a table, not a string"),
    Case("«[[images.a]]»", "wrong-type", "'images.a' must be a table, not an array"),
  ]

  private static let values: [Case] = [
    Case(
      "engine = «\"natvie\"»", "invalid-value",
      "'engine' must be 'native', 'docker' or 'buildkit', not 'natvie'", replacement: "\"native\""),
    Case(
      "[images.a]\ndockerfile = «\"../Dockerfile\"»", "invalid-value",
      "'images.a.dockerfile' must be a path that is relative and stays inside the project, not"),
    Case("[images.a]\ndockerfile = «\"/etc/passwd\"»", "invalid-value", "'images.a.dockerfile'"),
    Case("[images.a]\ndockerfile = «\"a\\u0000b\"»", "invalid-value", "'images.a.dockerfile'"),
    Case("[images.a.run]\noutputs = [«\"a/../../b\"»]", "invalid-value", "'images.a.run.outputs'"),
    Case("[images.a]\nplatform = «\"a/b/c/d\"»", "invalid-value", "'images.a.platform' must be"),
    Case("[images.a]\npush = [«\"UPPER/x\"»]", "invalid-value", "'images.a.push' must be"),
    Case("[images.a.run]\nvolumes = [«\"data\"»]", "invalid-value", "'images.a.run.volumes'"),
    Case("[images.a.run]\ninputs = [«{ check = \"stat\" }»]", "missing-key", "an input needs"),
    Case(
      "[images.a.run]\ninputs = [{ path = \"x\", check = «\"stats\"» }]", "invalid-value",
      "'images.a.run.inputs' must be 'content', 'stat' or 'listing'", replacement: "\"stat\""),
    Case("[docker]\nbuild_args = [«\"CUDA\"»]", "invalid-value", "'docker.build_args' needs"),
    Case("[docker]\nbuild_args = { «\"A B\"» = 1 }", "invalid-value", "'A B' cannot be a name"),
    Case(
      "[docker]\necr_registry = «\"https://a.b.c\"»", "invalid-value",
      "'docker.ecr_registry' must be a registry's host, without 'https://'"),
    Case(
      "[registry.\"docker.io\"]\nmirrors = [«\"https://user:pw@host\"»]", "invalid-value",
      "'registry.docker.io.mirrors' must be"),
    Case("[store]\nmax_size = «\"many\"»", "invalid-value", "'store.max_size' must be a size"),
    Case("base_max_age = «\"7 days\"»", "invalid-value", "'base_max_age' must be a time"),
    Case(
      "[images.a.run]\ngpus = «\"two\"»", "invalid-value",
      "'images.a.run.gpus' must be 'auto', 'all', 'none' or a number such as '2', not 'two'"),
    Case("[images.a.run]\ngpus = «-1»", "invalid-value", "'images.a.run.gpus' must be 'auto'"),
    Case("[images.a.run]\nshm = «\"0\"»", "invalid-value", "'images.a.run.shm' must be a size"),
    Case("[images.a.run]\nmemory = «\"x\"»", "invalid-value", "'images.a.run.memory' must be"),
    Case(
      "[images.a.run]\ncpus = «-0.5»", "invalid-value",
      "'images.a.run.cpus' must be a number above 0, not -0.5"),
    Case("[images.a.run]\ncpus = «inf»", "invalid-value", "'images.a.run.cpus' must be a number"),
    Case("[images.a.run]\ntimeout = «\"0s\"»", "invalid-value", "'images.a.run.timeout' must be"),
    Case(
      "[checkpoint]\nkeep_last_n = «0»", "invalid-value",
      "'checkpoint.keep_last_n' must be a whole number from 1 to 1000000000, not 0"),
    Case("[aws]\nspot_max_price = «\"dear\"»", "invalid-value", "'aws.spot_max_price' must be"),
    Case("[aws]\nregion = «\"us east\"»", "invalid-value", "'aws.region' must be a region"),
    Case(
      "[aws]\ns3_bucket = «\"s3://mine\"»", "invalid-value",
      "'aws.s3_bucket' must be the name of a bucket, without 's3://', not 's3://mine'"),
    Case("[aws]\nuser_id = «\"a/b\"»", "invalid-value", "'aws.user_id' must be a name"),
    Case("[aws]\ndefault_project_name = «\"..\"»", "invalid-value", "'aws.default_project"),
    Case("[local]\ndefault_device = «\"\"»", "invalid-value", "'local.default_device' must be"),
    Case(
      "[monitoring]\nupdate_interval_secs = «86400»", "invalid-value",
      "'monitoring.update_interval_secs' must be a whole number from 1 to 3600, not 86400"),
    Case("[images.«Train»]", "invalid-name", "'Train' in [images] must be a name of lower-case"),
    Case("[images.«push»]", "invalid-name", "'push' in [images] must be a name"),
    Case("[images.«\"*\"»]", "invalid-name", "'*' in [images] must be a name"),
    Case("[registry.«hub»]\ninsecure = true", "invalid-name", "'hub' in [registry] must be"),
  ]

  @Test(arguments: unknown + types + values)
  func isReportedWithItsPlace(_ error: Case) throws {
    let text = MarkedText(error.text)
    let (_, diagnostics) = Configuration.parse(text.file)
    let errors = diagnostics.filter { $0.severity == .error }
    #expect(errors.count == 1)
    let found = try #require(errors.first)
    #expect(found.id == error.id)
    #expect(found.message.hasPrefix(error.message))
    #expect(found.replacement == error.replacement)
    #expect(found.span?.range == text.ranges[0])
  }

  @Test func allErrorsAreSaidAtOnce() {
    let (_, diagnostics) = Configuration.parse(
      SourceFile(name: "x", text: "a = 1\n[docker]\nb = 2\nbuild_args = 3\n[images.X]"))
    #expect(diagnostics.count == 4)
  }

  @Test func aKeyInTheWrongTableIsSentToItsOwn() {
    let (_, diagnostics) = Configuration.parse(
      SourceFile(name: "x", text: "[images.a]\noutputs = [\"x\"]"))
    #expect(diagnostics.first?.help == "this key belongs in [images.NAME.run]")
  }
}
