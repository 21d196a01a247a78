/// Why a file is not the same in two builds, as far as that can be told, and what would mend it.
package struct DifferenceCause: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case timeStamp = "time-stamp"
    case compiledPython = "compiled-python"
    case packageManagerLog = "package-manager-log"
    case randomness = "random"
    case unpinnedPackage = "unpinned-package"
    case listingOrder = "listing-order"
    case archiveTimes = "archive-times"
    case hostName = "host-name"
    case locale
    case timeZone = "time-zone"
    case checkoutModes = "checkout-modes"
    case unknown
  }

  package let kind: Kind
  /// What was seen, such as `2.31.0 → 2.32.0`; empty when there is nothing short to show.
  package let evidence: String

  package init(_ kind: Kind, evidence: String = "") {
    self.kind = kind
    self.evidence = evidence
  }
}

extension DifferenceCause {
  /// What the kind is called in a sentence.
  package var name: String {
    switch kind {
    case .timeStamp: "the time of the build is in it"
    case .compiledPython: "Python compiled it, and that is not the same every time"
    case .packageManagerLog: "it is a log or cache of a package manager"
    case .randomness: "there is something random in it"
    case .unpinnedPackage: "another version of a package was installed"
    case .listingOrder: "it depends on the order in which a directory lists its files"
    case .archiveTimes: "the archive keeps the times of its members"
    case .hostName: "the name of the host is in it"
    case .locale: "it depends on the locale"
    case .timeZone: "it depends on the time zone"
    case .checkoutModes: "the files were checked out under another umask"
    case .unknown: "the cause is not one of the usual ones"
    }
  }

  /// What to do about it.
  package var remedy: String {
    switch kind {
    case .timeStamp:
      "leave the time out, or take it from a build argument: ARG SOURCE_DATE_EPOCH"
    case .compiledPython:
      "set ENV PYTHONDONTWRITEBYTECODE=1, or compile with "
        + "'python -m compileall --invalidation-mode unchecked-hash' and PYTHONHASHSEED=0"
    case .packageManagerLog:
      "remove it in the same RUN: rm -rf /var/log/apt /var/log/*.log /var/cache/ldconfig/aux-cache, "
        + "or what the file is called"
    case .randomness: "give the command a fixed seed, or make the value when the container starts"
    case .unpinnedPackage:
      "name exact versions: a lock file with hashes (pip install --require-hashes), package=version"
    case .listingOrder: "sort the names: ls | sort, sorted(os.listdir(…)), tar --sort=name"
    case .archiveTimes:
      "give all members one time: tar --mtime=@0 --sort=name, gzip -n, "
        + "SOURCE_DATE_EPOCH for zip and wheels"
    case .hostName: "take the host's name out of what the command writes"
    case .locale: "set ENV LC_ALL=C.UTF-8 in the Dockerfile"
    case .timeZone: "set ENV TZ=UTC in the Dockerfile"
    case .checkoutModes:
      "write normalize_modes = true into the image's table in .runctl.toml: only the executable bit "
        + "counts then, as in git"
    case .unknown: "run the instruction twice by itself, and compare what it leaves"
    }
  }
}
