import LayerArchive
import Sandbox

extension OverlayForm {
  /// What the user who runs this program can mount.
  static var ofCaller: OverlayForm { Sandbox.privilege == .root ? .privileged : .user }
}
