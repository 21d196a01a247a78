import Diagnostics
import OCI
import Registry

/// Finds out whether a registry can be used, with whose credentials, and why not.
struct RegistryDoctor {
  let workspace: Workspace
  let name: RegistryName

  func examine() throws -> RegistryDiagnosis {
    workspace.terminal.show("asking \(name.registry)")
    defer { workspace.terminal.show("") }
    let client = workspace.registry()
    let access = try client.access(to: name.registry)
    var diagnosis = RegistryDiagnosis(access, of: name.registry)
    guard let repository = name.repository, access.failure == nil else { return diagnosis }
    for right in RegistryClient.Right.allCases {
      workspace.terminal.show("trying to \(right) \(repository.name)")
      do {
        try client.check(right, of: repository)
        diagnosis.rights.append(.init(right, of: repository, nil))
      } catch let error as RegistryError where error != .cancelled {
        diagnosis.rights.append(.init(right, of: repository, explained(error, right)))
      }
    }
    return diagnosis
  }

  /// IAM's words are about a push, unless the registry says which action is not allowed.
  private func explained(
    _ error: RegistryError, _ right: RegistryClient.Right
  ) -> any ReportableError {
    guard right == .push || error.diagnostic.message.contains("perform: ecr:") else { return error }
    return workspace.cloudRegistry.explained(error) as? any ReportableError ?? error
  }
}
