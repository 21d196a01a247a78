import BuildEngine
import BuildPlan
import ContextScan
import FileSystem
import OCI
import Project
import Storage

/// What is looked at by its stat record, and what a build is asked for.
extension ImageTarget {
  func beginning() throws -> Beginning {
    let inputs = try quickInputs()
    return Beginning(
      watched: try WatchedFiles(inputs.files),
      quick: try inputs.fingerprint(), names: try namesOfStore())
  }

  /// What names mean in the store, as the stat records of the files that are written with them.
  func namesOfStore() throws -> StatFingerprint {
    var names = QuickInputs()
    names.files = [workspace.storePaths.index, workspace.storePaths.resolutions]
    return try names.fingerprint()
  }

  var request: BuildRequest {
    BuildRequest(
      target: image.target, arguments: image.buildArguments, labels: settings.labels,
      platform: image.platform ?? .host,
      cacheNamespace: workspace.environment["RUNCTL_CACHE_MOUNT_NS"] ?? "")
  }

  /// The names that the image gets in the store.
  var localNames: [ImageReference] {
    let configured = image.tags.map { tag in
      switch tag {
      case .tag(let text):
        ImageReference(
          registry: ImageReference.dockerHub, repository: "library/" + image.name, tag: text)
      case .name(let place): place.reference(tag: place.tag ?? "latest")
      }
    }
    return settings.names + configured
  }

  func quickInputs() throws -> QuickInputs {
    var inputs = QuickInputs()
    inputs.texts = [
      ("runctl", Version.current), ("image", image.name), ("context", image.context),
      ("target", image.target ?? ""), ("platform", request.platform.description),
      ("epoch", String(settings.epoch)), ("modes", String(image.normalizesModes)),
      ("store", workspace.storePaths.root),
      ("names", localNames.map(\.description).joined(separator: " ")),
    ]
    inputs.texts += image.buildArguments.map { ("argument " + $0.key, $0.value) }
    inputs.texts += settings.labels.map { ("label " + $0.key, $0.value) }
    // Other secrets are not even looked at.
    for (id, secret) in image.secrets where secret.rebuilds {
      if case .file(let path) = secret.source {
        inputs.files.append(path)
      } else {
        let stamp = try secrets.stamp(of: id, SecretKey(workspace.store()))
        inputs.texts.append((SecretInputs.name(id), stamp))
      }
    }
    inputs.texts.append(("boot", Boot.name))
    inputs.files += [dockerfile] + ignore.candidates
    inputs.files.append("\(workspace.project.root.path)/\(LockFile.fileName)")
    inputs.files += workspace.project.configurationPaths
    return inputs
  }

  /// As short as it can be said from the project's root.
  func shownPath(_ path: String) -> String {
    let root = workspace.project.root.path + "/"
    return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  }
}
