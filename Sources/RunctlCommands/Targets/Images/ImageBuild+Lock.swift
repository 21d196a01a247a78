import Project

extension ImageBuild {
  /// For `--locked`: whether every name means what is pinned for it. Where nobody can be asked, the
  /// pin is used, and that is told.
  /// - Throws: ``LockDrift`` with all that is not as it should be.
  func requireLock() throws {
    guard let file = try workspace.lockFile() else { throw LockDrift.noLock }
    let view = BuildProgressView(terminal: workspace.terminal)
    defer { view.end() }
    let rows = try LockLook(self, file: file, events: view.handle).rows { _ in .isTrue }
    if let drift = LockDrift(rows) { throw drift }
    rows.compactMap(\.remark).forEach(workspace.terminal.note)
  }
}
