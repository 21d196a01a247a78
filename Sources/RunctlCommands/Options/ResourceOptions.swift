import ArgumentParser
import Launching
import Project

/// What a run may use of the machine that it is on; goes before `[images.NAME.run]`.
struct ResourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("GPUs: auto, all, none, or how many.", valueName: "gpus"))
  var gpus: String?

  @Option(help: ArgumentHelp("The size of /dev/shm, as 8GB.", valueName: "size"))
  var shm: String?

  @Option(help: ArgumentHelp("The most memory, as 16GB.", valueName: "size"))
  var memory: String?

  @Option(help: ArgumentHelp("The most processors, also in parts.", valueName: "number"))
  var cpus: Double?

  @Option(help: ArgumentHelp("End the run after this time, as 12h.", valueName: "time"))
  var timeout: String?

  func resources(_ settings: RunSettings) throws -> RunResources {
    var resources = RunResources()
    resources.gpus = try Self.gpus(gpus, settings)
    resources.sharedMemory = try size(shm, "--shm") ?? settings.sharedMemory?.value.bytes
    resources.memory = try size(memory, "--memory") ?? settings.memory?.value.bytes
    if let cpus, !(cpus > 0 && cpus.isFinite) {
      throw UsageError("invalid-cpus", "--cpus must be above 0", help: "write a number, as 2.5")
    }
    resources.cpus = cpus ?? settings.cpus?.value
    resources.timeout = try TimeSpanOption.duration(timeout) ?? settings.timeout?.value
    if let timeout = resources.timeout, timeout <= .zero {
      throw UsageError("invalid-time-span", "--timeout must be above 0", help: "write 90s or 12h")
    }
    return resources
  }

  static func gpus(_ given: String?, _ settings: RunSettings) throws -> RunResources.GPUs {
    let text = given ?? settings.gpus?.value ?? "auto"
    guard let gpus = RunResources.GPUs(text) else {
      throw UsageError(
        "invalid-gpus", "'\(text)' says no GPUs", help: "write auto, all, none, or how many")
    }
    return gpus
  }

  private func size(_ text: String?, _ option: String) throws -> Int64? {
    let bytes = try ByteCountOption.bytes(text)
    if let bytes, bytes <= 0 {
      throw UsageError("invalid-size", "\(option) must be above 0", help: "write a size, as 16GB")
    }
    return bytes
  }
}
