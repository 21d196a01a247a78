import Glibc
import LayerArchive

extension OverlayForm {
  /// What the user who runs this program can mount.
  static var ofCaller: OverlayForm { geteuid() == 0 ? .privileged : .user }
}
