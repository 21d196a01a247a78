import BuildEngine
import BuildPlan
import Diagnostics
import OCI

/// What came of the verification of one image.
struct VerificationReport: Encodable {
  /// How one property of a file was in either build.
  struct Change: Encodable {
    let property: String
    let first: String?
    let second: String?
  }

  struct File: Encodable {
    /// In the image.
    let path: String
    let changes: [Change]

    init(_ difference: EntryDifference) {
      path = difference.path.description
      changes = difference.aspects.map { aspect in
        let (old, new) = difference.values(of: aspect)
        return Change(property: aspect.description, first: old, second: new)
      }
    }
  }

  /// An instruction, and where it stands.
  struct Place: Encodable {
    let file: String
    let line: Int
    /// `[builder 2/3]`.
    let step: String
    let instruction: String

    init(_ step: Step, in plan: BuildPlan) {
      file = step.span.file.name
      line = step.span.start.line
      self.step = plan.positions[step.id.index].description
      instruction = step.instruction.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }

  struct Finding: Encodable {
    /// nil where no instruction of this image is known to have made it.
    let place: Place?
    let cause: String
    let explanation: String
    let evidence: String?
    let remedy: String
    let files: [File]

    init(_ finding: DifferenceFinding, at place: Place?) {
      self.place = place
      cause = finding.cause.kind.rawValue
      explanation = finding.cause.name
      evidence = finding.cause.evidence.isEmpty ? nil : finding.cause.evidence
      remedy = finding.cause.remedy
      files = finding.files.map(File.init)
    }
  }

  /// An instruction that only hands on what another has made.
  struct Echo: Encodable {
    let place: Place
    /// `[2/3]`.
    let follows: String
  }

  let image: String
  let isReproducible: Bool
  /// Of the manifests.
  let first: String
  let second: String
  /// The image that was compared with, when it is none that was built here.
  var against: String?
  let builds: Int
  let steps: Int
  let milliseconds: Int64
  var findings: [Finding] = []
  var echoes: [Echo] = []
  /// Fields of the images' configurations; only when there is another image to compare with.
  var configuration: [Change] = []
  /// Whether the files are the same, and only their compressed form is not.
  var differsInCompressionOnly = false

  init(
    image: String, isReproducible: Bool, first: Digest, second: Digest, builds: Int, steps: Int,
    duration: Duration
  ) {
    self.image = image
    self.isReproducible = isReproducible
    (self.first, self.second) = (first.description, second.description)
    (self.builds, self.steps) = (builds, steps)
    milliseconds = Int64(duration / .milliseconds(1))
  }

  mutating func add(_ found: StepFindings, _ plan: BuildPlan) {
    let place = Place(plan[found.step], in: plan)
    findings += found.findings.map { Finding($0, at: place) }
    if found.findings.isEmpty, let follows = found.follows {
      echoes.append(Echo(place: place, follows: plan.positions[follows.index].description))
    }
  }

  mutating func add(
    _ result: PublishedComparison.Result, _ build: ComparedBuild, _ image: PublishedImage
  ) throws {
    if case .sameUncompressed = result { differsInCompressionOnly = true }
    guard case .different(let found) = result else { return }
    findings = found.map { found in
      Finding(found.finding, at: found.step.map { Place(build.plan[$0], in: build.plan) })
    }
    configuration = ConfigDifference.between(
      try build.config, image.config, shown: InstructionText.shown
    ).map { Change(property: $0.field, first: $0.before, second: $0.after) }
  }
}
