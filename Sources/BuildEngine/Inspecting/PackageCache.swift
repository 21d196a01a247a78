import OCI

/// Where a package manager, or a build, leaves what an image has no use for.
package struct PackageCache: Sendable, Hashable {
  /// Stable: scripts may match it.
  package let id: String
  package let name: String
  /// What keeps it out of a layer.
  package let remedy: Remedy
  private let places: [Place]

  package enum Remedy: Sendable, Hashable {
    /// Options of a `RUN --mount` on the directory; `otherwise` says what to do without one.
    case mount(options: String, otherwise: String)
    /// It is of use, or comes back: nothing is advised.
    case none
  }

  private enum Place: Hashable {
    /// From the root.
    case at(String)
    /// In any directory, such as that of a user.
    case inside(String)

    func isAt(_ path: [UInt8]) -> Bool {
      switch self {
      case .at(let place): return path.elementsEqual(place.utf8)
      case .inside(let place):
        let count = place.utf8.count
        guard path.count >= count, path.suffix(count).elementsEqual(place.utf8) else {
          return false
        }
        return path.count == count || path[path.count - count - 1] == UInt8(ascii: "/")
      }
    }
  }

  private init(_ id: String, _ name: String, _ places: [Place], _ remedy: Remedy) {
    (self.id, self.name, self.places, self.remedy) = (id, name, places, remedy)
  }

  /// - Parameters:
  ///   - locked: Two that write to it at once would break it: one waits.
  ///   - otherwise: What to do without a mount.
  private static func cache(
    _ id: String, _ name: String, _ places: Place..., locked: Bool = false, otherwise: String
  ) -> PackageCache {
    let options = locked ? "type=cache,sharing=locked" : "type=cache"
    return PackageCache(id, name, places, .mount(options: options, otherwise: otherwise))
  }

  /// All that are known; a directory belongs to the first that names it.
  package static let known: [PackageCache] = [
    .cache(
      "apt-lists", "apt's lists of packages", .at("var/lib/apt/lists"), locked: true,
      otherwise: "end the RUN with '&& rm -rf /var/lib/apt/lists/*'"),
    .cache(
      "apt-archives", "apt's archives", .at("var/cache/apt"), locked: true,
      otherwise: "end the RUN with '&& apt-get clean'"),
    .cache(
      "pip", "pip's cache", .inside(".cache/pip"), otherwise: "write 'pip install --no-cache-dir'"),
    .cache(
      "uv", "uv's cache", .inside(".cache/uv"), otherwise: "write 'uv … --no-cache'"),
    .cache(
      "poetry", "poetry's cache", .inside(".cache/pypoetry"),
      otherwise: "end the RUN with '&& rm -rf ~/.cache/pypoetry'"),
    .cache(
      "conda", "conda's packages", .inside("conda/pkgs"), .inside("miniconda3/pkgs"),
      .inside("anaconda3/pkgs"), .inside("miniforge3/pkgs"), .inside("mambaforge/pkgs"),
      locked: true,
      otherwise: "end the RUN with '&& conda clean -afy'"),
    .cache(
      "npm", "npm's cache", .inside(".npm/_cacache"),
      otherwise: "end the RUN with '&& npm cache clean --force'"),
    .cache(
      "yarn", "yarn's cache", .inside(".cache/yarn"), .inside(".yarn/berry/cache"),
      otherwise: "end the RUN with '&& yarn cache clean'"),
    .cache(
      "apk", "apk's cache", .at("var/cache/apk"), locked: true,
      otherwise: "write 'apk add --no-cache'"),
    .cache(
      "dnf", "dnf's cache", .at("var/cache/dnf"), .at("var/cache/yum"), .at("var/cache/libdnf5"),
      locked: true, otherwise: "end the RUN with '&& dnf clean all'"),
    .cache(
      "cargo", "cargo's registry", .at("usr/local/cargo/registry"), .inside(".cargo/registry"),
      otherwise: "end the RUN with '&& rm -rf ~/.cargo/registry'"),
    .cache(
      "go", "go's caches", .inside(".cache/go-build"), .inside("go/pkg/mod/cache"),
      otherwise: "end the RUN with '&& go clean -cache -modcache'"),
    PackageCache(
      "temporary-files", "temporary files", [.at("tmp"), .at("var/tmp")],
      .mount(
        options: "type=tmpfs",
        otherwise: "remove them in the same RUN")),
    PackageCache("python-bytecode", "Python's compiled files", [.inside("__pycache__")], .none),
  ]

  /// The one that a directory is of; nil for any other.
  static func of(_ directory: TreePath) -> PackageCache? {
    known.first { $0.places.contains { $0.isAt(directory.bytes) } }
  }
}
