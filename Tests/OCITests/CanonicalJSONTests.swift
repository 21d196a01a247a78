import OCI
import Testing

struct CanonicalJSONTests {
  @Test func hasOneFormOnly() throws {
    let value = ["b": "x/y", "a": "<é\n>", "B": "", "a10": "", "a2": ""]
    let text = String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    #expect(
      text == #"{"B":"","a":"<é\n>","a10":"","a2":"","b":"x\/y"}"#.replacing("\\/", with: "/"))
  }

  @Test func leavesOutWhatIsAbsent() throws {
    let digest = SHA256.digest(of: "")
    let descriptor = Descriptor(mediaType: .imageConfig, digest: digest, size: 0)
    let text = String(
      decoding: try CanonicalJSON.encode(
        ImageManifest(config: descriptor, layers: [])), as: UTF8.self)
    #expect(
      text == """
        {"config":{"digest":"\(digest)","mediaType":"application/vnd.oci.image.config.v1+json",\
        "size":0},"layers":[],"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "schemaVersion":2}
        """)
  }

  /// Keys as the specification and Docker spell them.
  @Test func readsAConfiguration() throws {
    let text = """
      {"architecture":"arm64","os":"linux","variant":"v8","unknown":{"a":[1]},
      "config":{"Env":["A=b"],"ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Test":["NONE"]},
      "Labels":null,"WorkingDir":"/w"},
      "rootfs":{"type":"layers","diff_ids":["\(SHA256.digest(of: ""))"]},
      "history":[{"created_by":"x","empty_layer":true}]}
      """
    let config = try CanonicalJSON.decode(ImageConfig.self, from: Array(text.utf8))
    #expect(config.platform == Platform(os: "linux", architecture: "arm64", variant: "v8"))
    #expect(config.config?.environment == ["A=b"])
    #expect(config.config?.exposedPorts == ["80/tcp": .init()])
    #expect(config.config?.healthcheck?.test == ["NONE"])
    #expect(config.config?.labels == nil)
    #expect(config.config?.workingDirectory == "/w")
    #expect(config.rootFS.diffIDs == [SHA256.digest(of: "")])
    #expect(config.history?.map(\.emptyLayer) == [true])
    let again = try CanonicalJSON.decode(
      ImageConfig.self, from: try CanonicalJSON.encode(config))
    #expect(again == config)
  }
}
