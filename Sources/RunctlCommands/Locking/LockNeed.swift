import BuildEngine
import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI
import Project

/// A name in the project's Dockerfiles that can come to mean something else, and where it stands
/// first.
struct LockNeed: Sendable {
  let name: LockedName
  let span: SourceSpan

  /// Those of some images, each once.
  static func all(of images: [ImageDefinition], _ build: ImageBuild) throws -> [LockNeed] {
    var seen: Set<LockedName> = []
    var needs: [LockNeed] = []
    for image in images where !image.hasNoDockerfile {
      let target = try ImageTarget(build.workspace, image, build.settings)
      needs += try bases(of: target)
    }
    return needs.filter { seen.insert($0.name).inserted }
  }

  /// What the image is built from, and what those stages are that somebody may ask for by --target.
  private static func bases(of target: ImageTarget) throws -> [LockNeed] {
    let dockerfile = try target.readDockerfile()
    var bases = try Planner(dockerfile, target.request).bases
    for stage in dockerfile.stages {
      guard let name = stage.base.name else { continue }
      var request = target.request
      request.target = name.text
      // What is wrong in a stage that the image does not need is no matter of today.
      bases += (try? Planner(dockerfile, request).bases) ?? []
    }
    return bases.compactMap { base in
      // What has its digest in its name is pinned there.
      guard base.reference.digest == nil else { return nil }
      return LockNeed(name: .base(base.reference, base.platform), span: base.span)
    }
  }
}

extension LockFile {
  /// What the sources of ADDs are taken to mean.
  var sourcePins: SourcePins {
    var pins = SourcePins()
    for entry in entries {
      switch (entry.name, entry.meaning) {
      case (.download(let url), .content(let digest)): pins.contents[url] = digest
      case (.repository(let url, let ref), .commit(let commit)):
        pins.commits[RepositoryName(url: url, ref: ref)] = commit
      default: break
      }
    }
    return pins
  }

  /// The manifests that names of bases are taken to mean.
  var basePins: [BaseKey: Digest] {
    var pins: [BaseKey: Digest] = [:]
    for entry in entries {
      guard case .base(let reference, let platform) = entry.name,
        case .image(let digest, _) = entry.meaning
      else { continue }
      pins[BaseKey(reference: reference, platform: platform)] = digest
    }
    return pins
  }
}
