import Diagnostics
import Glibc
import Project
import Sandbox

extension DockerRun {
  /// A plan for this machine's daemon.
  init(_ plan: RunPlan, name: String, image: String) {
    self.init(name: name, image: image, arguments: plan.arguments)
    workingDirectory = plan.workingDirectory
    for mount in plan.mounts {
      switch mount.source {
      case .bind(let path):
        binds.append(Bind(path, target: mount.target, isReadOnly: mount.isReadOnly))
      case .device(let path): devices.append("\(path):\(mount.target)")
      case .memory(let size, _) where mount.target == "/dev/shm":
        sharedMemory = size ?? Self.halfOfMemory
      case .memory, .file, .inside: continue
      }
    }
    if !plan.gpus.isEmpty { gpus = plan.gpus.isAll ? "all" : "\(plan.gpus.devices.count)" }
    memory = plan.resources.memory
    cpus = plan.resources.cpus
  }

  /// What the kernel gives a file system in memory without a size.
  private static var halfOfMemory: Int64 {
    Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))) / 2
  }
}

extension Assignment {
  /// Whether it must not be seen in a list of processes.
  var isSecret: Bool { SecretName.looksSecret(name) || SecretAddress.isIn(value) }
}
