package import FileSystem
import Glibc

/// The file of a person's own configuration, which counts in all projects, below each project's.
package struct UserConfiguration: Sendable, Hashable {
  /// Absolute.
  package let path: String
  package let isThere: Bool

  /// Looks for `$XDG_CONFIG_HOME/runctl/config.toml`, else `~/.config/runctl/config.toml`.
  ///
  /// Source: XDG Base Directory Specification 0.8, "Environment variables": a relative path in the
  /// variable is ignored.
  ///
  /// - Returns: nil without a home, or where this process may not look, as after `su` in the home of
  ///   somebody else.
  package static func find(
    _ environment: [String: String]
  ) throws(FileError) -> UserConfiguration? {
    guard let folder = folder(environment) else { return nil }
    let path = folder + "/runctl/config.toml"
    do throws(FileError) {
      let status = try FileStatus.of(path, followLink: true)
      return UserConfiguration(path: path, isThere: status != nil)
    } catch {
      if error.errno == EACCES { return nil }
      throw error
    }
  }

  private static func folder(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return (home == "/" ? "" : home) + "/.config"
  }
}
