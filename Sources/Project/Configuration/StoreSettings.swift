/// `[store]`.
package struct StoreSettings: Sendable, Hashable {
  /// What the store may take on the disk before builds make room in it.
  package let maxSize: Located<ByteCount>?

  init(_ values: ConfigurationValues) {
    maxSize = values.text("store", "max_size")?.map { ByteCount($0) }
  }
}
