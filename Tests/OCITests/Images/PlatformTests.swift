import OCI
import Testing

struct PlatformTests {
  @Test(arguments: [
    ("linux/amd64", "linux/amd64"), ("amd64", "linux/amd64"), ("linux/x86_64", "linux/amd64"),
    ("aarch64", "linux/arm64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm", "linux/arm/v7"),
    ("linux/arm/v6", "linux/arm/v6"), ("windows/amd64", "windows/amd64"),
    ("LINUX/AMD64", "linux/amd64"),
  ])
  func reads(text: String, expected: String) {
    #expect(Platform(text)?.description == expected)
  }

  @Test(arguments: ["", "/", "linux/", "/amd64", "linux//v8", "a/b/c/d"])
  func refuses(text: String) { #expect(Platform(text) == nil) }

  @Test(arguments: [
    ("linux/amd64", Platform(os: "linux", architecture: "amd64"), true),
    ("linux/arm64", Platform(os: "linux", architecture: "arm64", variant: "v8"), true),
    ("linux/arm64", Platform(os: "linux", architecture: "arm64"), true),
    ("linux/amd64", Platform(os: "linux", architecture: "arm64"), false),
    ("linux/amd64", Platform(os: "windows", architecture: "amd64"), false),
    ("linux/arm/v7", Platform(os: "linux", architecture: "arm", variant: "v6"), false),
  ])
  func accepts(wanted: String, candidate: Platform, expected: Bool) throws {
    #expect(try #require(Platform(wanted)).accepts(candidate) == expected)
  }
}

struct MediaTypeTests {
  @Test func knowsDockersNamesForTheSame() {
    let pairs: [(MediaType, MediaType)] = [
      (.dockerManifest, .imageManifest), (.dockerManifestList, .imageIndex),
      (.dockerConfig, .imageConfig), (.dockerLayerGzip, .layerGzip), (.dockerLayer, .layer),
    ]
    for (docker, oci) in pairs {
      #expect(docker.asOCI == oci)
      #expect(oci.asOCI == oci)
    }
    #expect(MediaType(rawValue: "text/plain").asOCI.rawValue == "text/plain")
  }

  @Test func tellsListsFromManifests() {
    #expect(MediaType.imageIndex.isIndex && MediaType.dockerManifestList.isIndex)
    #expect(MediaType.imageManifest.isManifest && MediaType.dockerManifest.isManifest)
    #expect(!MediaType.imageConfig.isManifest && !MediaType.imageManifest.isIndex)
  }
}
