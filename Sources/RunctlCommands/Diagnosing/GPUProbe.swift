import Diagnostics
import Launching
import Processes

/// This machine's GPUs, and whether containers can have them.
struct GPUProbe {
  private let path: String

  init(_ environment: [String: String]) { path = environment["PATH"] ?? "" }

  var findings: [PreflightFinding] {
    guard (try? ExecutableSearch.find("nvidia-smi", path: path)) != nil else {
      return [PreflightFinding(.note, "gpus", "no NVIDIA driver: runs use the processor")]
    }
    var command = Command(["nvidia-smi", "-L"])
    command.timeout = .seconds(20)
    guard let done = try? Subprocess.run(command), done.status.isSuccess else {
      return [
        PreflightFinding(
          .warning, "gpus", "nvidia-smi fails", remedy: "see what it prints: nvidia-smi")
      ]
    }
    let count = done.outputText.split(separator: "\n").count { $0.hasPrefix("GPU ") }
    guard count > 0 else {
      return [PreflightFinding(.note, "gpus", "nvidia-smi finds no GPU")]
    }
    return [PreflightFinding(.ok, "gpus", Quantity.count(count, "GPU")), devices]
  }

  /// Asked as a run asks for all of them.
  private var devices: PreflightFinding {
    do throws(LaunchError) {
      let grant = try GPUGrant.find(.all)
      return PreflightFinding(
        .ok, "cdi", "containers can have \(Quantity.count(grant.devices.count, "GPU"))")
    } catch {
      return PreflightFinding(
        .warning, "cdi", "containers can have none of them", remedy: error.diagnostic.help)
    }
  }
}
