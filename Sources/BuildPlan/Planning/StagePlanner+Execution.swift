import Diagnostics
import DockerfileSyntax
import OCI

/// Instructions that change how a container is started, and nothing else.
extension StagePlanner {
  func setEnvironment(
    _ assignments: [Assignment], _ state: inout StageState, _ findings: inout Findings
  ) {
    // All of one instruction see what was before it.
    let before = state.scope
    var shown: [String] = []
    for assignment in assignments {
      guard let name = findings.expand(assignment.name, in: before),
        let value = findings.expand(assignment.value, in: before)
      else { continue }
      state.scope.set(name, value)
      var environment = Scope(environment: state.execution.environment ?? [])
      environment.set(name, value)
      state.execution.environment = environment.environment
      shown.append("\(name)=\(value)")
    }
    state.note("ENV " + shown.joined(separator: " "))
  }

  func setLabels(
    _ assignments: [Assignment], _ state: inout StageState, _ findings: inout Findings
  ) {
    var shown: [String] = []
    for assignment in assignments {
      guard let name = findings.expand(assignment.name, in: state.scope),
        let value = findings.expand(assignment.value, in: state.scope)
      else { continue }
      state.execution.labels = (state.execution.labels ?? [:]).merging([name: value]) { $1 }
      shown.append("\(name)=\(value)")
    }
    state.note("LABEL " + shown.joined(separator: " "))
  }

  func setUser(_ user: Word, _ state: inout StageState, _ findings: inout Findings) {
    guard let name = findings.expand(user, in: state.scope) else { return }
    state.execution.user = name
    state.note("USER " + name)
  }

  func setStopSignal(_ word: Word, _ state: inout StageState, _ findings: inout Findings) {
    guard let signal = findings.expand(word, in: state.scope) else { return }
    guard StopSignal.isValid(signal) else {
      findings.error(
        "invalid-signal", "'\(signal)' is not a signal", at: word.range,
        help: "write a name such as SIGTERM, or a number from 1 to 64")
      return
    }
    state.execution.stopSignal = signal
    state.note("STOPSIGNAL " + signal)
  }

  func addVolumes(_ paths: [Word], _ state: inout StageState, _ findings: inout Findings) {
    var shown: [String] = []
    for word in paths {
      guard let path = findings.expand(word, in: state.scope) else { continue }
      guard !path.isEmpty else {
        findings.error("empty-volume", "a volume's path is empty", at: word.range)
        continue
      }
      state.execution.volumes = (state.execution.volumes ?? [:]).merging([path: .init()]) { $1 }
      shown.append(path)
    }
    state.note("VOLUME " + json(shown))
  }

  func expose(_ words: [Word], _ state: inout StageState, _ findings: inout Findings) {
    var shown: [String] = []
    for word in words {
      for port in findings.expandWords(word, in: state.scope) {
        guard let ports = ExposedPort.parse(port) else {
          findings.error(
            "invalid-port", "'\(port)' is not a port", at: word.range,
            help: "write PORT, FROM-TO or PORT/PROTOCOL, such as 8080 or 53/udp")
          continue
        }
        let entries = ports.map { ($0, ImageConfig.Empty()) }
        state.execution.exposedPorts = (state.execution.exposedPorts ?? [:])
          .merging(entries) { $1 }
        shown.append(port)
      }
    }
    state.note("EXPOSE " + shown.joined(separator: " "))
  }

  func setEntrypoint(_ command: Instruction.Command, _ state: inout StageState) {
    let arguments = arguments(of: command, shell: state.shell)
    state.execution.entrypoint = arguments
    // A CMD of the base image was meant for the base image's entry point.
    if !state.hasCommand { state.execution.command = nil }
    state.note("ENTRYPOINT " + json(arguments))
  }

  func setCommand(_ command: Instruction.Command, _ state: inout StageState) {
    let arguments = arguments(of: command, shell: state.shell)
    state.execution.command = arguments
    state.hasCommand = true
    state.note("CMD " + json(arguments))
  }

  func setHealthcheck(_ check: Instruction.Healthcheck, _ state: inout StageState) {
    switch check {
    case .none:
      state.execution.healthcheck = ImageConfig.Healthcheck(test: ["NONE"])
      state.note("HEALTHCHECK NONE")
    case .command(let command, let options):
      var healthcheck: ImageConfig.Healthcheck
      switch command {
      case .shell(let word): healthcheck = .init(test: ["CMD-SHELL", word.text])
      case .exec(let words): healthcheck = .init(test: ["CMD"] + words.map(\.text))
      }
      healthcheck.interval = nanoseconds(options.interval)
      healthcheck.timeout = nanoseconds(options.timeout)
      healthcheck.startPeriod = nanoseconds(options.startPeriod)
      healthcheck.startInterval = nanoseconds(options.startInterval)
      healthcheck.retries = options.retries == 0 ? nil : options.retries
      state.execution.healthcheck = healthcheck
      state.note("HEALTHCHECK " + json(healthcheck.test ?? []))
    }
  }

  private func nanoseconds(_ duration: Duration) -> Int64? {
    duration == .zero ? nil : Int64(duration / .nanoseconds(1))
  }

  func arguments(of command: Instruction.Command, shell: [String]) -> [String] {
    switch command {
    case .shell(let word): shell + [word.text]
    case .exec(let words): words.map(\.text)
    }
  }
}
