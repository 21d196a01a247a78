// swift-tools-version: 6.2
import PackageDescription

// A target's dependencies are its only imports, and they point downwards only: this file is the
// architecture. `docs/architecture.md` says what each target owns.
let package = Package(
  name: "runctl",
  products: [.executable(name: "runctl", targets: ["runctl"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // The program.
    .executableTarget(name: "runctl", dependencies: ["RunctlCommands"]),
    .target(
      name: "RunctlCommands",
      dependencies: [
        "Launching", "BuildEngine", "BuildPlan", "State", "Project", "ContextScan", "Registry",
        "Storage", "Sandbox", "LayerArchive", "DockerfileSyntax", "AWS", "OCI", "Processes",
        "FileSystem", "Diagnostics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "Launching",
      dependencies: [
        "Project", "State", "Storage", "Sandbox", "AWS", "OCI", "Processes", "FileSystem",
        "Diagnostics",
      ]),

    // From a Dockerfile to an image.
    .target(
      name: "BuildEngine",
      dependencies: [
        "BuildPlan", "ContextScan", "LayerArchive", "Sandbox", "Processes", "Storage", "Registry",
        "OCI", "FileSystem", "Diagnostics",
      ]),
    .target(name: "BuildPlan", dependencies: ["DockerfileSyntax", "OCI", "Diagnostics"]),
    .target(name: "DockerfileSyntax", dependencies: ["Diagnostics"]),
    .target(name: "ContextScan", dependencies: ["OCI", "FileSystem", "Diagnostics"]),
    .target(
      name: "LayerArchive",
      dependencies: ["OCI", "FileSystem", "Diagnostics", "CArchive", "CDeflate", "CLinux"]),
    .target(
      name: "Sandbox", dependencies: ["OCI", "Processes", "FileSystem", "Diagnostics", "CLinux"]),

    // Where things are kept and where they go.
    .target(name: "State", dependencies: ["OCI", "SQLite", "FileSystem", "Diagnostics"]),
    .target(name: "Project", dependencies: ["OCI", "FileSystem", "Diagnostics", "CTOML"]),
    .target(name: "Storage", dependencies: ["OCI", "SQLite", "FileSystem", "Diagnostics"]),
    .target(
      name: "Registry", dependencies: ["OCI", "Processes", "FileSystem", "Diagnostics", "CCurl"]),
    .target(name: "AWS", dependencies: ["Processes", "FileSystem", "Diagnostics"]),

    // Vocabulary and the system.
    .target(name: "OCI", dependencies: ["CCrypto"]),
    .target(name: "SQLite", dependencies: ["FileSystem", "CSQLite"]),
    .target(name: "Processes", dependencies: ["FileSystem", "Diagnostics", "CLinux"]),
    .target(name: "FileSystem", dependencies: ["CLinux", "Diagnostics"]),
    .target(name: "Diagnostics"),

    // C libraries of the system, and the few lines of C that Swift cannot say.
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "CArchive",
      linkerSettings: [":libarchive.a", ":libzstd.a", ":liblzma.a", ":libbz2.a", ":libz.a"]
        .map { .linkedLibrary($0) }),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary(":libcrypto.a")]),
    .target(name: "CDeflate", linkerSettings: [.linkedLibrary(":libdeflate.a")]),
    .target(name: "CCurl"),
    .target(name: "CTOML"),
    .target(name: "CLinux"),

    // Tests mirror the sources; IntegrationTests drive the built program.
    .target(name: "TestSupport", dependencies: ["FileSystem"], path: "Tests/TestSupport"),
    .testTarget(name: "OCITests", dependencies: ["OCI", "TestSupport"]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "FileSystemTests", dependencies: ["FileSystem", "TestSupport"]),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes", "FileSystem", "Diagnostics"]),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "FileSystem"]),
    .testTarget(name: "DockerfileSyntaxTests", dependencies: ["DockerfileSyntax", "Diagnostics"]),
    .testTarget(name: "ContextScanTests", dependencies: ["ContextScan", "OCI", "FileSystem"]),
    .testTarget(
      name: "LayerArchiveTests",
      dependencies: [
        "LayerArchive", "Storage", "OCI", "FileSystem", "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "SandboxTests",
      dependencies: ["Sandbox", "OCI", "Processes", "FileSystem", "Diagnostics", "CLinux"]),
    .testTarget(
      name: "StorageTests",
      dependencies: ["Storage", "SQLite", "OCI", "FileSystem", "TestSupport"]),
    .testTarget(
      name: "RegistryTests",
      dependencies: [
        "Registry", "Storage", "OCI", "FileSystem", "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "AWSTests", dependencies: ["AWS", "Processes", "FileSystem", "TestSupport"]),
    .testTarget(
      name: "ProjectTests",
      dependencies: ["Project", "OCI", "FileSystem", "Diagnostics", "TestSupport"]),
    .testTarget(
      name: "StateTests", dependencies: ["State", "SQLite", "OCI", "FileSystem", "TestSupport"]),
    .testTarget(
      name: "BuildPlanTests",
      dependencies: ["BuildPlan", "DockerfileSyntax", "OCI", "Diagnostics"]),
    .testTarget(
      name: "BuildEngineTests",
      dependencies: [
        "BuildEngine", "BuildPlan", "ContextScan", "DockerfileSyntax", "LayerArchive", "Processes",
        "Storage", "OCI", "FileSystem", "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "LaunchingTests",
      dependencies: [
        "Launching", "Project", "State", "Sandbox", "AWS", "OCI", "Processes", "FileSystem",
        "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "RunctlCommandsTests",
      dependencies: [
        "RunctlCommands", "Launching", "State", "AWS", "OCI", "FileSystem", "TestSupport",
      ]),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "RunctlCommands", "Launching", "State", "Project", "AWS", "Processes", "SQLite", "OCI",
        "FileSystem", "TestSupport", "CLinux",
      ],
      exclude: ["Support/ec2_machine.py"]),
  ],
  cxxLanguageStandard: .cxx17
)

for target in package.targets where !target.name.hasPrefix("C") || target.name == "ContextScan" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
