import OCI
import Testing

struct ConfigDifferenceTests {
  private static func config(_ edit: (inout ImageConfig) -> Void = { _ in }) -> ImageConfig {
    var image = ImageConfig(platform: Platform(os: "linux", architecture: "amd64"))
    image.config?.environment = ["PATH=/bin", "A=1"]
    image.config?.command = ["sh", "-c", "a b"]
    image.history = [
      .init(created: "2020", createdBy: "FROM x", comment: nil, emptyLayer: false)
    ]
    edit(&image)
    return image
  }

  static let cases: [(ImageConfig, [String])] = [
    (config(), []),
    (config { $0.variant = "v3" }, ["platform: linux/amd64 → linux/amd64/v3"]),
    (
      config { $0.config?.environment = ["PATH=/usr/bin=", "B=2"] },
      ["env A: 1 → none", "env B: none → 2", "env PATH: /bin → /usr/bin="]
    ),
    (config { $0.config?.environment = ["A=1", "PATH=/bin"] }, ["env order: PATH A → A PATH"]),
    (
      config {
        $0.config?.command = nil
        $0.config?.entrypoint = ["python"]
      }, [#"entrypoint: none → ["python"]"#, #"cmd: ["sh", "-c", "a b"] → none"#]
    ),
    (
      config {
        $0.config?.user = "app"
        $0.config?.workingDirectory = "/w"
        $0.config?.labels = ["l": "x"]
        $0.config?.exposedPorts = ["80/tcp": .init()]
        $0.config?.volumes = ["/data": .init()]
        $0.config?.stopSignal = "SIGINT"
        $0.config?.shell = ["bash"]
        $0.config?.onBuild = ["RUN x"]
        $0.config?.argsEscaped = true
        $0.author = "me"
        $0.created = "2021"
      },
      [
        "user: none → app", "workdir: none → /w", "label l: none → x",
        "port 80/tcp: none → exposed", "volume /data: none → declared",
        "stop signal: none → SIGINT", #"shell: none → ["bash"]"#, #"onbuild: none → ["RUN x"]"#,
        "args escaped: none → true", "author: none → me", "created: none → 2021",
      ]
    ),
    (
      config {
        $0.config?.healthcheck = .init(test: ["CMD", "true"])
        $0.config?.healthcheck?.interval = 30_000_000_000
        $0.config?.healthcheck?.retries = 3
      }, [#"healthcheck: none → ["CMD", "true"], interval 30.0 seconds, retries 3"#]
    ),
    (
      config {
        $0.history?[0].created = "2021"; $0.history?[0].comment = "c"
      },
      ["history[0] comment: none → c", "history[0] created: 2020 → 2021"]
    ),
    (
      config {
        $0.history?.append(
          .init(created: "2020", createdBy: "RUN y", comment: "c", emptyLayer: true))
      }, ["history[1]: none → RUN y"]
    ),
  ]

  @Test(arguments: cases)
  func says(after: ImageConfig, what: [String]) {
    let found = ConfigDifference.between(Self.config(), after) { value, _ in value }
    #expect(found.map(\.description) == what)
  }

  /// The order of rows is that of numbers.
  @Test func tellsElevenRowsInOrder() {
    let long = Self.config { image in
      image.history = (0...11).map {
        .init(created: nil, createdBy: "RUN \($0)", comment: nil, emptyLayer: false)
      }
    }
    let found = ConfigDifference.between(long, Self.config { $0.history = [] }) { value, _ in
      value
    }
    #expect(found.map(\.field) == (0...11).map { "history[\($0)]" })
  }

  @Test func comparesWhatIsNotShown() {
    let found = ConfigDifference.between(
      Self.config { $0.config?.environment = ["API_TOKEN=a"] },
      Self.config { $0.config?.environment = ["API_TOKEN=b"] }
    ) { value, name in name.hasSuffix("TOKEN") ? "<secret>" : value }
    #expect(found.map(\.description) == ["env API_TOKEN: <secret> → <secret>"])
  }
}
