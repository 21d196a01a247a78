import Testing

@testable import Launching

@Suite struct CUDANeedTests {
  private static let require124 =
    "NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470,driver<471 "
    + "brand=nvidia,driver>=535,driver<536"

  @Test(
    arguments: [
      (["CUDA_VERSION=12.4.1", require124], "550.54.15", "12.4", .fits),
      (["CUDA_VERSION=12.4.1", require124], "570.10", "12.8", .fits),
      // Forward compatibility of data-centre GPUs.
      (
        ["CUDA_VERSION=12.4.1", require124], "535.161.07", "12.2",
        .older(needed: "driver 550.54.14")
      ),
      (["CUDA_VERSION=12.4.1", require124], "525.147.05", "12.0", .tooOld(needed: "cuda 12.4")),
      (["CUDA_VERSION=11.8.0"], "520.61.05", nil, .fits),
      (["CUDA_VERSION=11.8.0"], "470.82.01", nil, .older(needed: "driver 520.61.05")),
      (["CUDA_VERSION=11.8.0"], "440.33", nil, .tooOld(needed: "driver 520.61.05")),
      (["CUDA_VERSION=12.1"], "999.1", nil, .fits),
      (["CUDA_VERSION=99.0"], "550.1", "12.4", .older(needed: "a driver for CUDA 99.0")),
      (["NVIDIA_REQUIRE_CUDA=cuda>=9.0"], "999.1", nil, .fits),
      (["NVIDIA_REQUIRE_CUDA=brand=tesla"], "400.1", nil, .fits),
    ] as [([String], DriverVersion, DriverVersion?, CUDANeed.Verdict)])
  func driversAreCompared(
    environment: [String], driver: DriverVersion, cuda: DriverVersion?, expected: CUDANeed.Verdict
  ) throws {
    let need = CUDANeed(environment: environment)
    // A requirement without versions asks for nothing.
    guard let need else { return #expect(expected == .fits) }
    #expect(need.verdict(driver: driver, cuda: cuda) == expected)
  }

  @Test(arguments: [["PATH=/bin"], ["CUDA_VERSION="], ["MY_CUDA_VERSION=12"], []])
  func otherImagesWantNone(environment: [String]) {
    #expect(CUDANeed(environment: environment) == nil)
  }

  @Test func versionsCompareByNumber() {
    #expect(("9.0" as DriverVersion) < "10.0")
    #expect(("12" as DriverVersion) == "12.0")
    #expect(("550.54.15" as DriverVersion) > "550.54")
    #expect(["N/A", "", ".1"].compactMap { DriverVersion($0) } == [])
    #expect(["470.82rc1.3"].compactMap { DriverVersion($0)?.description } == ["470.82"])
  }
}
