import Diagnostics
import Project

/// What was asked for a train on an instance and comes to nothing: it is told, as whoever asked
/// expects something of it.
struct UselessOptions {
  let options: RemoteTrainOptions
  let image: ImageDefinition
  let usesImage: Bool

  var warnings: [Diagnostic] {
    var warnings: [Diagnostic] = []
    if options.outputS3 != nil, image.run.outputs.isEmpty {
      warnings.append(
        Diagnostic(
          .warning, id: "no-outputs", "nothing goes to --output-s3: no outputs are declared",
          help: "outputs = [\"outputs\"] in [images.\(image.name).run] of .runctl.toml"))
    }
    let ofCode = [
      options.includePattern.isEmpty ? nil : "--include-pattern",
      options.syncCode ? nil : "--no-sync-code",
    ].compactMap(\.self)
    if usesImage, !ofCode.isEmpty {
      warnings.append(
        Diagnostic(
          .warning, id: "option-without-effect",
          "\(ofCode.joined(separator: " and ")): the code is in the image, and none is sent",
          help: "leave it out, or train without a container (--no-docker)"))
    }
    return warnings
  }
}
