/// `[registry."HOST"]`.
package struct RegistrySettings: Sendable, Hashable {
  package let host: Located<String>
  /// Hosts or URLs, to be asked in this order before the registry itself.
  package let mirrors: [Located<String>]
  /// Whether plain HTTP may be spoken with it.
  package let isInsecure: Bool

  init(host: Located<String>, _ values: ConfigurationValues) {
    self.host = host
    mirrors = values.texts("registry", host.value, "mirrors") ?? []
    isInsecure = values.flag("registry", host.value, "insecure")?.value ?? false
  }
}
