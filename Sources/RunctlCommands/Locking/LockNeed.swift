import BuildEngine
import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI
import Project

/// A name in the project's Dockerfiles that can come to mean something else, and where it stands
/// first. What has its digest, checksum or commit in the Dockerfile is pinned there.
struct LockNeed: Sendable {
  /// What is asked about: the name as it is used, also with what lets somebody in.
  enum Subject: Sendable {
    case base(BaseKey)
    case source(RemoteSource)
  }

  let name: LockedName
  let subject: Subject
  let span: SourceSpan

  /// - Returns: nil for one that cannot change.
  private init?(_ base: BaseRequest) {
    guard base.reference.digest == nil else { return nil }
    (name, subject) = (.base(base.reference, base.platform), .base(base.key))
    span = base.span
  }

  /// - Returns: nil for one that cannot change.
  private init?(_ file: RemoteFile) {
    switch file.source {
    case .download(let download):
      guard download.checksum == nil else { return nil }
      name = .download(url: file.source.shown)
    case .repository(let repository):
      guard repository.checksum == nil, GitCommit(repository.ref) == nil else { return nil }
      let named = RepositoryName(url: repository.url, ref: repository.ref)
      name = .repository(url: named.url, ref: named.ref)
    }
    (subject, span) = (.source(file.source), file.span)
  }

  /// Adds to what goes wrong where the Dockerfile has the name.
  func placing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      throw StepFailure(span: span, instruction: "", cause: error)
    }
  }

  /// Those of some images, each once.
  /// - Parameter resolver: Bases have to be known where ADDs take something from elsewhere: their
  ///   variables may stand in its name.
  static func all(of targets: [ImageTarget], _ resolver: BaseResolver) throws -> [LockNeed] {
    var seen: Set<LockedName> = []
    let needs = try targets.flatMap { try all(of: $0, resolver) }
    return needs.filter { seen.insert($0.name).inserted }
  }

  /// What the image is built from, and what those stages are that somebody may ask for by --target.
  private static func all(of target: ImageTarget, _ resolver: BaseResolver) throws -> [LockNeed] {
    let dockerfile = try target.readDockerfile()
    var planners = [try Planner(dockerfile, target.request)]
    for stage in dockerfile.stages {
      guard let name = stage.base.name else { continue }
      var request = target.request
      request.target = name.text
      // What is wrong in a stage that the image does not need is no matter of today.
      planners += (try? Planner(dockerfile, request)).map { [$0] } ?? []
    }
    var needs = planners.flatMap(\.bases).compactMap(LockNeed.init)
    guard dockerfile.mayFetch else { return needs }
    for (index, planner) in planners.enumerated() {
      func remotes() throws -> [RemoteFile] {
        try planner.plan(with: resolver.resolve(planner.bases)).remoteFiles
      }
      let found = index == 0 ? try remotes() : (try? remotes()) ?? []
      needs += found.compactMap(LockNeed.init)
    }
    return needs
  }
}

extension Dockerfile {
  /// Whether an ADD takes something from elsewhere, or has a variable that may name such a thing.
  fileprivate var mayFetch: Bool {
    stages.contains { stage in
      stage.instructions.contains { instruction in
        guard case .add(let add) = instruction.kind else { return false }
        return add.sources.contains { source in
          guard case .path(let word) = source else { return false }
          return ["://", "git@", "$"].contains { word.text.contains($0) }
        }
      }
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
