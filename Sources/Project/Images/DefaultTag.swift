package import OCI

/// The tag of an image that nobody gave one.
package enum DefaultTag {
  /// The git commit's first 12 digits, with `-dirty-<digest>` when the work tree is not that
  /// commit; without git the image digest's first 12 digits.
  package static func tag(git: GitState?, image: Digest) -> String {
    guard let git else { return image.short }
    let commit = String(git.commit.prefix(12))
    return git.isDirty ? "\(commit)-dirty-\(image.short)" : commit
  }
}
