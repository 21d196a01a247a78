import OCI
import Registry

/// What a person calls a registry: `docker.io`, `https://index.docker.io/v1/`, `localhost:5000`; or
/// a repository in one: `registry.example.com/team/app`.
struct RegistryName {
  /// As in image references.
  let registry: String
  /// nil when only the registry was named.
  let repository: ImageReference?

  init(_ text: String?) throws {
    guard let text else {
      (registry, repository) = (ImageReference.dockerHub, nil)
      return
    }
    let bare = DockerServerName.host(of: text)
    let isHub = DockerServerName.all(of: ImageReference.dockerHub).contains(bare)
    if isHub {
      (registry, repository) = (ImageReference.dockerHub, nil)
    } else if !bare.contains("/"), ImageReference("\(bare)/x/y")?.repository == "x/y" {
      (registry, repository) = (bare, nil)
    } else if bare.contains("/"), let reference = ImageReference(bare) {
      (registry, repository) = (reference.registry, reference)
    } else {
      throw UsageError(
        "invalid-registry", "'\(text)' is not a registry",
        help: "write its host, such as docker.io or localhost:5000")
    }
  }
}
