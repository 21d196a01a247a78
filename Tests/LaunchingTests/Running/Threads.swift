import FileSystem
import Foundation

@testable import Launching

/// A thread that can be waited for.
final class Thread: Sendable {
  private let done = DispatchGroup()

  init(_ body: @escaping @Sendable () -> Void) {
    let done = self.done
    DispatchQueue(label: "test thread").async(group: done, execute: body)
  }

  func join() { done.wait() }
}

/// Waits until the log of the one run says `ready`.
func waitUntilReady(_ runs: String) {
  while true {
    for entry in (try? Directory.entries(of: runs)) ?? [] {
      let log = "\(runs)/\(String(decoding: entry.name, as: UTF8.self))/log"
      if let bytes = try? FileTree.read(log),
        String(decoding: bytes, as: UTF8.self).contains("ready")
      {
        return
      }
    }
    usleep(5000)
  }
}

/// Sends a signal from outside to the first process whose environment has the mark.
func killWhenReady(mark: String, runs: String, signal: Int32) {
  waitUntilReady(runs)
  let processes = ((try? Directory.entries(of: "/proc")) ?? []).compactMap {
    pid_t(String(decoding: $0.name, as: UTF8.self))
  }
  for process in processes.sorted() {
    guard let bytes = try? FileTree.read("/proc/\(process)/environ"),
      String(decoding: bytes, as: UTF8.self).contains(mark),
      let status = try? FileTree.read("/proc/\(process)/status"),
      isFirst(String(decoding: status, as: UTF8.self))
    else { continue }
    kill(process, signal)
    return
  }
}

/// Whether a process is the first of its namespace, by its `status`.
private func isFirst(_ status: String) -> Bool {
  status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }?.hasSuffix("\t1") ?? false
}
