/// Whether a machine's GPUs, driver and container runtime do for a run.
struct GPURules {
  private let needs: RunNeeds
  private let facts: InstanceFacts

  init(_ needs: RunNeeds, _ facts: InstanceFacts) {
    self.needs = needs
    self.facts = facts
  }

  var findings: [PreflightFinding] {
    if case .none = needs.gpus { return [] }
    let count = facts.gpuCount ?? 0
    guard count > 0 else { return [missing].compactMap(\.self) }
    var findings = [number(count)]
    if needs.usesDocker { findings.append(runtime) }
    if let driver { findings.append(driver) }
    return findings
  }

  private var missing: PreflightFinding? {
    let why =
      facts.gpuCount == nil
      ? "the instance has no nvidia-smi, and so no NVIDIA driver" : "nvidia-smi finds no GPU"
    switch needs.gpus {
    case .all, .count:
      return PreflightFinding(
        .error, "gpus", "GPUs are wanted, and \(why)",
        remedy: "use an instance with GPUs and their driver, or --gpus none")
    case .auto where needs.image?.cuda != nil:
      return PreflightFinding(
        .warning, "gpus", "the image is made for CUDA, and \(why): it runs on the processor",
        remedy: "use an instance with GPUs and their driver, or say --gpus none")
    case .auto, .none: return PreflightFinding(.note, "gpus", "the instance has no GPU")
    }
  }

  private func number(_ count: Int) -> PreflightFinding {
    let has = count == 1 ? "1 GPU" : "\(count) GPUs"
    guard case .count(let wanted) = needs.gpus, wanted > count else {
      return PreflightFinding(.ok, "gpus", has)
    }
    return PreflightFinding(
      .error, "gpus", "\(wanted) GPUs are wanted, and the instance has \(has)",
      remedy: "--gpus \(count), or use a larger instance")
  }

  private var runtime: PreflightFinding {
    facts.hasDockerRuntimeOfNVIDIA
      ? PreflightFinding(.ok, "nvidia-runtime", "Docker can hand on the GPUs")
      : PreflightFinding(
        .error, "nvidia-runtime", "Docker on the instance cannot hand on its GPUs",
        remedy: "install nvidia-container-toolkit there, then: nvidia-ctk runtime configure "
          + "--runtime=docker && systemctl restart docker")
  }

  private var driver: PreflightFinding? {
    guard let cuda = needs.image?.cuda else { return nil }
    guard let driver = facts.driver else {
      return PreflightFinding(.warning, "driver", "the driver does not say its version")
    }
    switch cuda.verdict(driver: driver, cuda: facts.cuda) {
    case .fits: return PreflightFinding(.ok, "driver", "driver \(driver) does for the image's CUDA")
    case .older(let needed):
      return PreflightFinding(
        .warning, "driver",
        "driver \(driver) is older than the image's CUDA was made for (\(needed))",
        remedy: "it mostly works; update the driver if the script fails in CUDA")
    case .tooOld(let needed):
      return PreflightFinding(
        .error, "driver", "driver \(driver) is too old for the image's CUDA, which needs \(needed)",
        remedy: "update the instance's driver, or build on an image of an older CUDA")
    }
  }
}
