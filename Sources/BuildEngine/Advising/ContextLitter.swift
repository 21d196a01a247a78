/// What people have in a context and an image has no use for.
package struct ContextLitter: Sendable, Hashable {
  /// Stable: scripts may match it.
  package let id: String
  package let name: String
  /// When it is no litter after all; nil when that is hard to imagine.
  package let unless: String?
  /// Of files and directories.
  let names: Set<String>
  /// Deeper in, the names may be those of code.
  let isOnlyAtTop: Bool

  private init(
    _ id: String, _ name: String, _ names: Set<String>, isOnlyAtTop: Bool = false,
    unless: String? = nil
  ) {
    (self.id, self.name, self.names, self.unless) = (id, name, names, unless)
    self.isOnlyAtTop = isOnlyAtTop
  }

  /// Known by their names, wherever they are.
  static let named = [
    ContextLitter("git-history", "the history of git", [".git", ".hg", ".svn"]),
    ContextLitter(
      "node-modules", "packages of this machine's npm", ["node_modules"],
      unless: "the image does not install its own"),
    ContextLitter(
      "tool-files", "what tools left behind",
      [
        "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints", ".tox",
        ".nox", ".eggs",
      ]),
    ContextLitter(
      "run-outputs", "outputs of earlier runs",
      ["wandb", "mlruns", "lightning_logs", "tensorboard", "outputs", "checkpoints"],
      isOnlyAtTop: true,
      unless: "the program in the image reads them"),
  ]

  /// Known by the `pyvenv.cfg` in it.
  static let virtualEnvironment = ContextLitter(
    "virtual-environment", "a virtual environment of this machine", [])

  /// Known by the names of its files.
  static let data = ContextLitter(
    "data", "data", [],
    unless: "the program in the image reads it from there: a run can have it from a volume")

  /// Of files that are data by their names, in lower case.
  static let dataEndings: Set<String> = [
    "csv", "tsv", "jsonl", "parquet", "arrow", "feather", "avro", "npy", "npz", "h5", "hdf5", "pkl",
    "pickle", "pt", "pth", "ckpt", "safetensors", "onnx", "gguf", "tfrecord", "db", "sqlite", "tar",
    "tgz", "gz", "bz2", "xz", "zst", "zip", "7z", "png", "jpg", "jpeg", "tif", "tiff", "gif", "wav",
    "mp3", "flac", "mp4", "avi", "mkv", "mov",
  ]
}
