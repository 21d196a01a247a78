import AWS
import OCI

/// Finds out by one script what a machine has.
package struct InstanceSurvey: Sendable {
  private let needs: RunNeeds

  package init(_ needs: RunNeeds) { self.needs = needs }

  /// Longer than this no healthy machine takes.
  package static let limit = Duration.seconds(90)

  /// For `sh`, as root. It changes nothing, and says in few lines `name=value` what there is.
  package var script: String {
    """
    say() { printf '%s=%s\\n' "$1" "$2"; }
    last() { printf '%s' "$1" | tail -n 1 | cut -c 1-300; }
    has() { command -v "$1" >/dev/null 2>&1; }
    say machine "$(uname -m)"
    \(needs.usesDocker ? Self.docker : Self.python)
    \(Self.gpus)
    \(image)
    \(bucket)
    exit 0
    """
  }

  private static let python = "has python3 && say python \"$(command -v python3)\""

  private static let docker = """
    if has docker; then
      if told=$(docker version --format '{{.Server.Version}}' 2>&1); then
        say docker "$(last "$told")"
        root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
        say free "$(df -Pk "${root:-/var/lib}" 2>/dev/null | awk 'NR == 2 { print $4 }')"
        say runtimes "$(docker info --format '{{range $name, $x := .Runtimes}}{{$name}} {{end}}')"
      else
        say docker-error "$(last "$told")"
      fi
    fi
    """

  private static let gpus = """
    if has nvidia-smi; then
      say gpus "$(nvidia-smi -L 2>/dev/null | grep -c '^GPU ')"
      say driver "$(nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null |
        head -n 1)"
      say cuda "$(nvidia-smi 2>/dev/null | sed -n 's/.*CUDA Version: *\\([0-9.]*\\).*/\\1/p' |
        head -n 1)"
    fi
    for program in nvidia-container-runtime-hook nvidia-container-runtime nvidia-ctk; do
      has "$program" && say toolkit "$program"
    done
    """

  private var image: String {
    guard let image = needs.image else { return "" }
    let name = ShellWords.line([image.reference.description])
    let present =
      "docker image inspect \(name) >/dev/null 2>&1 && say image present" + layers(image)
    guard let region = needs.ecrRegion else { return present }
    // Without it the instance's own account is asked.
    let account = ECRHost(image.reference.registry).map { ["--registry-id", $0.account] } ?? []
    let repository = ShellWords.line(
      ["--region", region, "--repository-name", image.reference.repository] + account)
    // A tag that nobody has: whoever may ask is told that it is not there.
    return """
      \(present)
      if has aws; then
        if told=$(aws ecr get-login-password \(ShellWords.line(["--region", region])) 2>&1 >/dev/null)
        then
          say login ok
          told=$(aws ecr batch-get-image \(repository) --image-ids imageTag=runctl-preflight \\
            2>&1 >/dev/null) || say pull-error "$(last "$told")"
        else
          say login-error "$(last "$told")"
        fi
      else
        say login-error 'the aws program is not there'
      fi
      """
  }

  /// Looks for the lowest layer in the images that are there.
  private func layers(_ image: RunNeeds.Image) -> String {
    guard let lowest = image.lowestLayer else { return "" }
    let name = ShellWords.line([lowest.description])
    return """

      if layers=$(docker image ls --quiet --no-trunc 2>/dev/null | sort -u |
        xargs -r docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' \
          2>/dev/null)
      then
        case $layers in
          *\(name)*) say layers yes ;;
          *) say layers no ;;
        esac
      fi
      """
  }

  private var bucket: String {
    guard let bucket = needs.bucket else { return "" }
    return """
      if has aws; then
        told=$(aws s3api head-bucket \(ShellWords.line(["--bucket", bucket])) 2>&1 >/dev/null) &&
          say bucket ok || say bucket-error "$(last "$told")"
      else
        say bucket-error 'the aws program is not there'
      fi
      """
  }
}
