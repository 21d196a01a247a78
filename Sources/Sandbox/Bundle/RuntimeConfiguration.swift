/// What the runtime is told: one container, in Docker's shape.
///
/// Source: OCI runtime-spec v1.0.2, `config.md` and `config-linux.md`.
struct RuntimeConfiguration {
  let spec: SandboxSpec
  let identity: Identity
  let mounts: [BundleMount]
  /// Of the control groups, where the runtime makes some.
  let name: String
  /// The system-call filter in the kernel's form, where it is known.
  let filter: [UInt8]?

  var json: JSONText {
    [
      "ociVersion": "1.0.2",
      "process": process(spec.arguments, terminal: spec.terminal),
      "hooks": hooks,
      "root": ["path": "rootfs", "readonly": false],
      "hostname": .string(spec.hostname),
      "mounts": .array(mounts.map(\.json)),
      "annotations": filter.map { Self.annotation(for: $0) } ?? [:],
      "linux": [
        "cgroupsPath": .string("/\(name)"),
        "namespaces": [
          ["type": "pid"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
        ],
        "maskedPaths": .strings(DockerDefaults.maskedPaths),
        "readonlyPaths": .strings(DockerDefaults.readOnlyPaths),
        "seccomp": SeccompFilter.configuration,
      ],
    ]
  }

  private var hooks: JSONText {
    .object(
      SandboxHook.Stage.allCases.compactMap { stage in
        let hooks = spec.hooks.filter { $0.stage == stage }
        guard !hooks.isEmpty else { return nil }
        return JSONText.Member(name: stage.rawValue, value: .array(hooks.map(\.json)))
      })
  }

  /// The command, or another one in its place.
  func process(_ arguments: [String], terminal: Bool) -> JSONText {
    [
      "terminal": .flag(terminal),
      "user": [
        "uid": .number(Int(identity.uid)), "gid": .number(Int(identity.gid)), "umask": 0o022,
        "additionalGids": .array(identity.groups.map { .number(Int($0)) }),
      ],
      "args": .strings(arguments),
      "env": .strings(environment),
      "cwd": .string(spec.workingDirectory),
      "capabilities": capabilities,
      "noNewPrivileges": false,
    ]
  }

  private var environment: [String] {
    if spec.environment.contains(where: { $0.hasPrefix("HOME=") }) { return spec.environment }
    return spec.environment + ["HOME=\(identity.home)"]
  }

  /// Only root has them at once; others can get them back by way of a set-user-ID program.
  private var capabilities: JSONText {
    let all = JSONText.strings(DockerDefaults.capabilities)
    let effective = identity.uid == 0 ? all : []
    return ["bounding": all, "effective": effective, "permitted": effective]
  }
}
