import Glibc

/// The system-call filter, in the runtime's words.
///
/// Source: OCI runtime-spec v1.1, `config-linux.md`, "Seccomp".
enum SeccompFilter {
  #if arch(arm64)
    private static let architectures: JSONText = ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
  #else
    private static let architectures: JSONText = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]
  #endif

  /// The flags of clone(2) that make a namespace: mount, cgroup, UTS, IPC, user, PID, network.
  private static let namespaceFlags = [
    0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]
  /// Address family 40 reaches the hypervisor, past every network namespace.
  private static let vsock = 40
  /// personality(2): Linux, Linux32, each with or without the old layout, and the question.
  private static let personalities = [0x0, 0x0008, 0x2_0000, 0x2_0008, 0xFFFF_FFFF]

  static let configuration: JSONText = [
    "defaultAction": "SCMP_ACT_ERRNO",
    "defaultErrnoRet": .number(Int(ENOSYS)),
    "architectures": architectures,
    "syscalls": .array(
      [
        rule(SystemCalls.allowed, "SCMP_ACT_ALLOW"),
        refusal(SystemCalls.refused, errno: EPERM),
        // clone3(2) hides its flags from a filter: the C library then uses clone(2).
        refusal(["clone3"], errno: ENOSYS),
        condition("clone", "SCMP_CMP_MASKED_EQ", namespaceFlags.reduce(0, |), equals: 0),
        condition("socket", "SCMP_CMP_NE", vsock),
        condition("socket", "SCMP_CMP_EQ", vsock, isAllowed: false),
      ]
        + namespaceFlags.map {
          condition("clone", "SCMP_CMP_MASKED_EQ", $0, equals: $0, isAllowed: false)
        }
        + personalities.map { condition("personality", "SCMP_CMP_EQ", $0) }),
  ]

  private static func rule(_ names: [String], _ action: JSONText) -> JSONText {
    ["names": .strings(names), "action": action]
  }

  private static func refusal(_ names: [String], errno: Int32) -> JSONText {
    [
      "names": .strings(names), "action": "SCMP_ACT_ERRNO", "errnoRet": .number(Int(errno)),
    ]
  }

  /// A rule about a call's first argument.
  private static func condition(
    _ name: String, _ comparison: JSONText, _ value: Int, equals masked: Int? = nil,
    isAllowed: Bool = true
  ) -> JSONText {
    var argument: [JSONText.Member] = [
      .init(name: "index", value: 0), .init(name: "op", value: comparison),
      .init(name: "value", value: .number(value)),
    ]
    if let masked { argument.append(.init(name: "valueTwo", value: .number(masked))) }
    let arguments = JSONText.array([.object(argument)])
    if isAllowed {
      return ["names": .strings([name]), "action": "SCMP_ACT_ALLOW", "args": arguments]
    }
    return [
      "names": .strings([name]), "action": "SCMP_ACT_ERRNO", "errnoRet": .number(Int(EPERM)),
      "args": arguments,
    ]
  }
}
