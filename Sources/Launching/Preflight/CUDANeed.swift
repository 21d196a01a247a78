/// The CUDA that an image was made for, by the environment that NVIDIA's base images set.
package struct CUDANeed: Sendable, Hashable {
  /// Of `CUDA_VERSION`, major and minor.
  let toolkit: DriverVersion?
  /// Of `NVIDIA_REQUIRE_CUDA`: the container is not started unless one of them holds. In each, all
  /// conditions must.
  let alternatives: [[Condition]]

  /// One condition, such as `cuda>=12.4` or `driver<551`.
  struct Condition: Sendable, Hashable {
    enum Comparison: String, Sendable, CaseIterable {
      // The longer ones first: they begin like the shorter ones.
      case notLess = ">="
      case notMore = "<="
      case less = "<"
      case more = ">"
      case equal = "="
    }

    let subject: String
    let comparison: Comparison
    let value: DriverVersion
  }

  /// - Parameter environment: The image's, `NAME=value`.
  /// - Returns: nil when the image wants no CUDA.
  package init?(environment: [String]) {
    func value(_ name: String) -> String? {
      environment.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    toolkit = value("CUDA_VERSION").flatMap { DriverVersion($0)?.release }
    alternatives = (value("NVIDIA_REQUIRE_CUDA") ?? "").split(separator: " ").map { alternative in
      alternative.split(separator: ",").compactMap(Self.condition)
    }.filter { !$0.isEmpty }
    if toolkit == nil, alternatives.isEmpty { return nil }
  }

  /// nil for what says nothing of versions, such as `brand=tesla`: it is taken to hold.
  private static func condition(_ text: Substring) -> Condition? {
    for comparison in Condition.Comparison.allCases {
      guard let range = text.firstRange(of: comparison.rawValue) else { continue }
      let subject = String(text[..<range.lowerBound])
      guard ["cuda", "driver"].contains(subject),
        let value = DriverVersion(text[range.upperBound...])
      else { return nil }
      return Condition(subject: subject, comparison: comparison, value: value)
    }
    return nil
  }

  // MARK: Against a driver

  package enum Verdict: Sendable, Hashable {
    case fits
    /// The container would not start, or CUDA in it would not.
    case tooOld(needed: String)
    /// It works as far as the code keeps to what an older release of the same CUDA has.
    case older(needed: String)
  }

  /// - Parameters:
  ///   - driver: The kernel driver's version.
  ///   - cuda: The newest CUDA that the driver knows, as it says itself; nil is by the table.
  package func verdict(driver: DriverVersion, cuda: DriverVersion? = nil) -> Verdict {
    let known = cuda ?? Self.newestCUDA(of: driver)
    if let first = alternatives.first,
      !alternatives.contains(where: { Self.holds($0, driver: driver, cuda: known) })
    {
      return .tooOld(needed: first.map { "\($0.subject) \($0.value)" }.joined(separator: ", "))
    }
    guard let toolkit else { return .fits }
    if let known, known >= toolkit { return .fits }
    let least = Self.minimumDriver(for: toolkit)
    if let least, driver >= least { return .fits }
    let needed = least.map { "driver \($0)" } ?? "a driver for CUDA \(toolkit)"
    if let family = Self.familyMinimum[toolkit.major] {
      return driver >= family ? .older(needed: needed) : .tooOld(needed: needed)
    }
    return .older(needed: needed)
  }

  /// What is not known is taken to hold: no false alarm.
  private static func holds(
    _ conditions: [Condition], driver: DriverVersion, cuda: DriverVersion?
  ) -> Bool {
    conditions.allSatisfy { condition in
      guard let actual = condition.subject == "cuda" ? cuda : driver else { return true }
      return switch condition.comparison {
      case .notLess: actual >= condition.value
      case .notMore: actual <= condition.value
      case .less: actual < condition.value
      case .more: actual > condition.value
      case .equal: actual == condition.value
      }
    }
  }
}
