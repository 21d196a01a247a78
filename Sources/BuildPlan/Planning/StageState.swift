import OCI

/// What a stage has come to, instruction by instruction.
struct StageState: Sendable {
  var name: String?
  /// Whose root file system the next instruction starts from.
  var root: Step.ID
  var execution: ImageConfig.Execution
  /// ENV and ARG as instructions see them, the newest value of each.
  var scope: Scope
  /// ARG names in order of declaration; the history of RUN shows them.
  var declaredArguments: [String] = []
  /// Declared arguments that have a value.
  var usedArguments: [String: String] = [:]
  /// Whether this stage has a CMD of its own.
  var hasCommand = false
  var author: String?
  var baseHistory: [ImageConfig.History] = []
  var history: [BuildPlan.HistoryEntry] = []
  let platform: Platform

  static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// On nothing.
  init(name: String?, root: Step.ID, platform: Platform) {
    self.name = name
    self.root = root
    self.platform = platform
    execution = ImageConfig.Execution()
    execution.workingDirectory = "/"
    execution.environment = ["PATH=" + Self.defaultPath]
    scope = Scope(environment: execution.environment ?? [])
  }

  /// On an image.
  init(name: String?, root: Step.ID, base: ResolvedBase) {
    self.name = name
    self.root = root
    platform = base.config.platform
    execution = base.config.config ?? ImageConfig.Execution()
    if execution.workingDirectory ?? "" == "" { execution.workingDirectory = "/" }
    if execution.environment?.isEmpty ?? true {
      execution.environment = ["PATH=" + Self.defaultPath]
    }
    scope = Scope(environment: execution.environment ?? [])
    author = base.config.author
    baseHistory = base.config.history ?? []
  }

  var workingDirectory: String {
    let set = execution.workingDirectory ?? ""
    return set.isEmpty ? "/" : set
  }

  var shell: [String] { execution.shell ?? ["/bin/sh", "-c"] }

  mutating func note(_ instruction: String, _ step: Step.ID? = nil) {
    history.append(BuildPlan.HistoryEntry(instruction: instruction, step: step))
  }
}
