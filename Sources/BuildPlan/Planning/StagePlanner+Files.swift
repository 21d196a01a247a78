import Diagnostics
import DockerfileSyntax
import OCI

/// Instructions that change the root file system.
extension StagePlanner {
  func declare(
    _ declarations: [Instruction.ArgDeclaration], _ state: inout StageState,
    _ findings: inout Findings
  ) {
    // All of one instruction see what was before it.
    let before = state.scope
    var shown: [String] = []
    for declaration in declarations {
      // A name is taken as it is written, as in the reference.
      let name = declaration.name.text
      var value: String?
      if let given = request.arguments[name] {
        value = given
      } else if let word = declaration.value {
        value = findings.expand(word, in: before)
      } else {
        value = global.declared[name] ?? global.automatic[name]
      }
      if !state.declaredArguments.contains(name) { state.declaredArguments.append(name) }
      if let value {
        state.scope.set(name, value)
        state.usedArguments[name] = value
      }
      shown.append(name + (value.map { "=" + SecretName.shown($0, of: name) } ?? ""))
    }
    state.note("ARG " + shown.joined(separator: " "))
  }

  func setWorkingDirectory(
    _ word: Word, _ instruction: Instruction, _ state: inout StageState, _ steps: inout StepList,
    _ findings: inout Findings
  ) {
    guard let text = findings.expand(word, in: state.scope) else { return }
    let path = TreePath(absolute(text, in: state))
    // A slash at the end of an absolute path stays, as it does in the reference.
    let keepsSlash = !path.isRoot && text.hasPrefix("/") && text.hasSuffix("/")
    state.execution.workingDirectory = path.description + (keepsSlash ? "/" : "")
    let operation = DirectoryOperation(path: path, owner: state.execution.user ?? "")
    let shown = "WORKDIR " + path.description
    state.root = steps.add(
      .makeDirectory(operation), text: shown, stage: state.name, range: instruction.range,
      parent: state.root)
    state.note(shown, state.root)
  }

  func addRun(
    _ run: Instruction.Run, _ instruction: Instruction, _ state: inout StageState,
    _ steps: inout StepList, _ findings: inout Findings
  ) {
    let mounts = mounts(of: run, instruction, state, &steps, &findings)
    if let device = run.devices.first {
      refuse("RUN --device", at: device.range, help: "drop the option", &findings)
    }
    if let security = run.security, security.text != "sandbox" {
      refuse(
        "RUN --security=\(security.text)", at: security.range, help: "drop the option", &findings)
    }
    let arguments = arguments(of: run, state, findings)
    var transparent: [String] = []
    for name in GlobalScope.proxies.sorted() where state.scope[name] == nil {
      if let value = request.arguments[name] { transparent.append("\(name)=\(value)") }
    }
    var environment = state.scope
    if environment["PATH"] == nil { environment.set("PATH", StageState.defaultPath) }
    let operation = RunOperation(
      arguments: arguments, script: script(of: run, arguments),
      environment: environment.environment,
      transparentEnvironment: transparent, workingDirectory: state.workingDirectory,
      user: state.execution.user ?? "", hasNetwork: run.network?.text != "none", mounts: mounts)
    let shown = state.declaredArguments.compactMap { name in
      state.usedArguments[name].map { "\(name)=" + SecretName.shown($0, of: name) }
    }
    state.root = steps.add(
      .run(operation), text: instruction.text, stage: state.name, range: instruction.range,
      parent: state.root)
    let prefix = shown.isEmpty ? "" : "|\(shown.count) \(shown.joined(separator: " ")) "
    state.note("RUN " + prefix + arguments.joined(separator: " "), state.root)
  }

  /// A heredoc that is all of the command and says what is to read it.
  private func script(of run: Instruction.Run, _ arguments: [String]) -> RunOperation.Script? {
    guard let heredoc = run.heredocs.first, arguments == ["/dev/pipes/" + heredoc.name] else {
      return nil
    }
    return RunOperation.Script(path: arguments[0], text: heredoc.text)
  }

  /// What is executed. Heredocs become part of what the shell reads, or a script of their own.
  private func arguments(
    of run: Instruction.Run, _ state: StageState, _ findings: Findings
  ) -> [String] {
    guard let first = run.heredocs.first else {
      return arguments(of: run.command, shell: state.shell)
    }
    guard case .shell(let command) = run.command else {
      return arguments(of: run.command, shell: state.shell)
    }
    let marker = findings.source.text(in: first.markerRange)
    if run.heredocs.count == 1, command.text.trimmingWhitespace == marker.trimmingWhitespace {
      return first.text.hasPrefix("#!") ? ["/dev/pipes/" + first.name] : state.shell + [first.text]
    }
    // The shell reads heredocs itself; it only needs them below the command.
    let bodies = run.heredocs.map { $0.content + $0.name + "\n" }.joined()
    return state.shell + [command.text + "\n" + bodies]
  }

  func addCopy(
    _ copy: Instruction.Copy, _ instruction: Instruction, _ state: inout StageState,
    _ steps: inout StepList, _ findings: inout Findings
  ) {
    if copy.parents {
      refuse(
        "COPY --parents", at: instruction.keyword.range, help: "copy each directory by itself",
        &findings)
    }
    var source = CopyOperation.Source.context
    if let from = copy.from {
      switch table.sources[from.range] {
      case .stage(let index): source = finished[index].map { .root($0.root) } ?? .context
      case .image(let request):
        source = .root(steps.base(request.key, stage: nil, instruction: instruction))
      case .scratch:
        source = .root(steps.base(nil, stage: nil, instruction: instruction))
      case nil: return
      }
    }
    addFiles(
      copy.sources, copy.destination, copy.options, from: source, instruction, &state, &steps,
      &findings)
  }

  /// - Parameter add: Of an ADD, which alone takes files from elsewhere.
  func addFiles(
    _ sources: [Instruction.Source], _ destination: Word, _ options: Instruction.CopyOptions,
    from source: CopyOperation.Source, add: Instruction.Add? = nil, _ instruction: Instruction,
    _ state: inout StageState, _ steps: inout StepList, _ findings: inout Findings
  ) {
    guard let target = findings.expand(destination, in: state.scope) else { return }
    var patterns: [CopyOperation.Pattern] = []
    var inline: [CopyOperation.InlineFile] = []
    var remotes: [RemoteFile] = []
    for item in sources {
      switch item {
      case .path(let word):
        guard let text = findings.expand(word, in: state.scope) else { continue }
        if let add, let address = RemoteAddress(text) {
          remotes +=
            remote(
              address, word, add, position: patterns.count, state, &findings
            ).map { [$0] } ?? []
        } else {
          patterns.append(.init(text: text, span: findings.span(word.range)))
        }
      case .inline(let heredoc):
        guard let text = content(of: heredoc, state, &findings) else { continue }
        inline.append(.init(name: heredoc.name, content: Array(text.utf8)))
      }
    }
    if sources.count > 1, !target.hasSuffix("/"), target != ".", !target.hasSuffix("/.") {
      findings.add(
        Diagnostic(
          .warning, id: "destination-not-directory",
          "each of several sources replaces the one before, unless '\(target)' is a directory",
          at: findings.span(destination.range), replacement: destination.text + "/"))
    }
    guard let permissions = permissions(options.permissions, state, &findings) else { return }
    let owner = options.owner.flatMap { findings.expand($0, in: state.scope) }
    let excludes = options.excludes.compactMap { findings.expand($0, in: state.scope) }
    let operation = CopyOperation(
      source: source, patterns: patterns, inlineFiles: inline, remotes: remotes,
      destination: absolute(target, in: state), owner: owner.flatMap { $0.isEmpty ? nil : $0 },
      permissions: permissions.value, unpacksArchives: add.map { $0.unpacks ?? true } ?? false,
      excludes: excludes)
    // An address may hold a password, and what is planned is shown and kept.
    let text = remotes.isEmpty ? instruction.text : SecretAddress.masked(instruction.text)
    state.root = steps.add(
      .copy(operation), text: text, stage: state.name, range: instruction.range,
      parent: state.root)
    state.note(text, state.root)
  }

  private func content(
    of heredoc: Heredoc, _ state: StageState, _ findings: inout Findings
  ) -> String? {
    guard heredoc.expands else { return heredoc.text }
    return findings.expand(
      Word(heredoc.text, at: heredoc.contentRange), in: state.scope, options: [.ignoresQuotes])
  }

  private struct Permissions {
    let value: UInt16?
  }

  /// - Returns: nil when the word is wrong, which has been noted then.
  private func permissions(
    _ word: Word?, _ state: StageState, _ findings: inout Findings
  ) -> Permissions? {
    guard let word else { return Permissions(value: nil) }
    guard let text = findings.expand(word, in: state.scope) else { return nil }
    if text.isEmpty { return Permissions(value: nil) }
    guard let value = UInt16(text, radix: 8), value <= 0o7777, !text.hasPrefix("+") else {
      findings.error(
        "invalid-mode", "'\(text)' is not a mode", at: word.range,
        help: "write it in octal, such as 755")
      return nil
    }
    return Permissions(value: value)
  }

  /// A path as the working directory makes it absolute; a slash at its end stays.
  func absolute(_ path: String, in state: StageState) -> String {
    if path.hasPrefix("/") { return path }
    let directory = state.workingDirectory
    return directory + (directory.hasSuffix("/") ? "" : "/") + path
  }
}

extension String {
  /// Without spaces, tabs and line ends at both ends.
  var trimmingWhitespace: Substring {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    var rest = drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return rest
  }
}
