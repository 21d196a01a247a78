import BuildEngine
import Diagnostics
import Launching
import OCI
import Project
import Registry
import State
import Storage

/// What `aws check` looks at beside the instance: the image that would run, and the script in it.
struct CheckSubject {
  let workspace: Workspace
  let image: ImageDefinition
  /// As it was given; nil checks none.
  let script: String?
  /// An image of a registry, in place of the project's.
  let reference: ImageReference?
  let usesDocker: Bool
  let gpus: RunResources.GPUs

  private(set) var findings: [PreflightFinding] = []

  /// - Parameter platform: The instance's; nil when nobody knows.
  mutating func needs(_ platform: Platform?) throws -> RunNeeds {
    var needs: RunNeeds
    if !usesDocker {
      needs = workspace.needsOfCode
      lookForScriptHere()
      if needs.bucket == nil {
        findings.append(
          PreflightFinding(
            .error, "s3", "without a container the code goes by S3, and no bucket is named",
            remedy: "s3_bucket = \"BUCKET\" in [aws] of .runctl.toml"))
      }
    } else if let reference {
      needs = try needsOfNamed(reference, platform)
    } else {
      needs = try needsOfBuilt()
    }
    needs.gpus = gpus
    return needs
  }

  // MARK: The image

  private mutating func needsOfNamed(_ reference: ImageReference, _ platform: Platform?) throws
    -> RunNeeds
  {
    workspace.terminal.show("asking for \(reference.familiar)")
    do {
      let found = try resolve(reference, platform ?? .host)
      findings.append(PreflightFinding(.ok, "image", "'\(reference.familiar)' is there"))
      let size = found.manifest.layers.reduce(0) { $0 + $1.size }
      return try workspace.needs(
        of: found.reference.with(digest: found.descriptor.digest), found.config,
        compressedSize: size, manifest: found.descriptor.digest)
    } catch let error as RegistryError where error != .cancelled {
      findings.append(
        PreflightFinding(
          .error, "image", error.diagnostic.message, remedy: error.diagnostic.help))
      return RunNeeds(.unknownImage)
    }
  }

  /// For another kind of machine when there is none for this one: which is told as such.
  private func resolve(
    _ reference: ImageReference, _ platform: Platform
  ) throws -> ResolvedImage {
    do {
      return try workspace.registry().resolve(reference, platform: platform)
    } catch RegistryError.noMatchingPlatform(_, _, let available) where !available.isEmpty {
      return try workspace.registry().resolve(reference, platform: available[0])
    }
  }

  private mutating func needsOfBuilt() throws -> RunNeeds {
    guard let manifest = try ImageSubject.lastBuild(of: image, workspace),
      let stored = try? StoredImage(manifest, in: workspace.store())
    else {
      findings.append(
        PreflightFinding(
          .note, "image", "'\(image.name)' was not built yet: what it needs is not known",
          remedy: "runctl build \(image.name)"))
      lookForScriptHere()
      var needs = RunNeeds(.unknownImage)
      needs.bucket = workspace.bucketOfRuns
      return needs
    }
    lookForScript(in: stored, try workspace.reading().targets.places(target))
    let push = PushTarget(workspace, image, given: [])
    let place = try push.destinations().first?.reference(tag: "latest")
    let name = place ?? ImageReference(registry: "docker.io", repository: image.name, tag: "latest")
    return try workspace.needs(
      of: name.with(digest: manifest), stored.config, manifest: manifest)
  }

  private var target: Target {
    Target(image: image.name, kind: .image, detail: image.target ?? "")
  }

  // MARK: The script

  private mutating func lookForScriptHere() {
    guard let script else { return }
    let finding = Self.finding { () throws(LaunchError) in
      _ = try ScriptPath.onHost(script, from: workspace.start, context: image.context)
      return "'\(script)' is there"
    }
    findings.append(finding)
  }

  private mutating func lookForScript(in stored: StoredImage, _ places: [CopyPlace]) {
    guard let script else { return }
    let finding = Self.finding { () throws(LaunchError) in
      let found = try ScriptPath.inImage(
        script, from: workspace.start, context: image.context, places: places, tree: stored.tree)
      return "'\(script)' is \(found.place) in the image"
    }
    findings.append(finding)
  }

  private static func finding(_ look: () throws(LaunchError) -> String) -> PreflightFinding {
    do throws(LaunchError) { return PreflightFinding(.ok, "script", try look()) } catch {
      let diagnostic = error.diagnostic
      return PreflightFinding(.error, "script", diagnostic.message, remedy: diagnostic.help)
    }
  }
}
