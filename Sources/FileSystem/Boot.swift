/// This run of the kernel.
package enum Boot {
  /// What was written in a run of another name, and never synced, may be lost. Empty when it cannot
  /// be known.
  package static var name: String {
    let id = (try? FileTree.read("/proc/sys/kernel/random/boot_id")) ?? []
    return String(decoding: id.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
  }
}
