extension CUDANeed {
  /// The oldest Linux driver that each release of CUDA was made for, the newest first.
  ///
  /// Source: NVIDIA, CUDA Toolkit release notes, "CUDA Toolkit and Corresponding Driver Versions".
  private static let drivers: [(cuda: DriverVersion, driver: DriverVersion)] = [
    ("13.0", "580.65.06"), ("12.9", "575.51.03"), ("12.8", "570.26"), ("12.6", "560.28.03"),
    ("12.5", "555.42.02"), ("12.4", "550.54.14"), ("12.3", "545.23.06"), ("12.2", "535.54.03"),
    ("12.1", "530.30.02"), ("12.0", "525.60.13"), ("11.8", "520.61.05"), ("11.7", "515.43.04"),
    ("11.6", "510.39.01"), ("11.5", "495.29.05"), ("11.4", "470.42.01"), ("11.3", "465.19.01"),
    ("11.2", "460.27.03"), ("11.1", "455.23"), ("11.0", "450.36.06"), ("10.2", "440.33"),
    ("10.1", "418.39"), ("10.0", "410.48"), ("9.2", "396.26"), ("9.1", "390.46"),
    ("9.0", "384.81"), ("8.0", "367.48"),
  ]

  /// From this driver on, every release of the same major CUDA works, but for what is new in it.
  ///
  /// Source: NVIDIA, CUDA compatibility, "Minor version compatibility".
  static let familyMinimum: [Int: DriverVersion] = [
    13: "580", 12: "525.60.13", 11: "450.80.02",
  ]

  /// nil for a release that the table does not have.
  static func minimumDriver(for toolkit: DriverVersion) -> DriverVersion? {
    drivers.first { $0.cuda == toolkit }?.driver
  }

  /// nil for a driver that is newer than the table: nobody knows what it can do.
  static func newestCUDA(of driver: DriverVersion) -> DriverVersion? {
    guard let newest = drivers.first, driver < newest.driver else { return nil }
    return drivers.first { $0.driver <= driver }?.cuda
  }
}
