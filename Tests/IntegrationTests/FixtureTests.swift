import FileSystem
import Foundation
import Testing

/// What this project's user wrote, or something of the same shape.
enum UserFixture {
  static let multistage =
    Machine.fixture("Dockerfile.multistage")
    ?? ExampleProject.dockerfile.replacingOccurrences(of: "base:1", with: "python:3.10-slim")
    .replacingOccurrences(of: "\"train.py\"", with: "\"training/train_mnist.py\"")

  static let gpu = [
    (
      "nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04",
      Machine.fixture("Dockerfile.gpu")
        ?? "FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04\n# CUDA\nRUN pip install torch\n"
    ),
    (
      "pytorch/pytorch:2.1.0-cuda11.8-cudnn8-runtime",
      Machine.fixture("Dockerfile.pytorch")
        ?? """
        FROM pytorch/pytorch:2.1.0-cuda11.8-cudnn8-runtime
        WORKDIR /workspace
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        COPY . .
        CMD ["python", "training/train_mnist.py"]

        """
    ),
  ]

  static let configuration =
    Machine.fixture("runctl.toml")
      ?? """
      [aws]
      region = "us-east-1"
      s3_bucket = "my-bucket"
      [docker]
      ecr_registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
      dockerhub_username = "myuser"
      dockerhub_password = "mypassword"
      build_args = ["CUDA_VERSION=11.8"]
      cache_from = ["my-registry/train:latest"]

      """

  static let files = [
    "requirements.txt": "torch==2.1.0\n",
    "training/train_mnist.py": "echo training MNIST\n",
  ]
}

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct FixtureTests {
  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func theMultiStageFileBuildsFromAMirror() throws {
    let bench = try Workbench()
    let registry = try RegistryServer(in: bench)
    // The mirror's image, put there from another store.
    let maker = try Workbench(beside: bench)
    try maker.importBase()
    try maker.write("Dockerfile", "FROM base:1\n")
    try maker.does("push", "-t", "\(registry.host)/library/python:3.10-slim")

    bench.environment["RUNCTL_REGISTRY_MIRROR_DOCKER_IO"] = "http://\(registry.host)"
    try bench.write(UserFixture.files)
    try bench.write("Dockerfile", UserFixture.multistage)
    let trained = try bench.does("train", "training/train_mnist.py")
    #expect(trained.errors.contains("pulling python:3.10-slim"))
    #expect(trained.output.contains("training MNIST\n"))
    let again = try bench.does("train", "training/train_mnist.py")
    #expect(again.output.contains("project: up to date"))
    #expect(again.output.contains("train training/train_mnist.py: up to date"))
    let tool = try bench.does("run", "--", "sh", "-c", "tool; cat /root/.local/lib/packages")
    #expect(tool.output.hasSuffix("a tool from pip\ntorch==2.1.0\n"), "\(tool)")

    let place = "\(registry.host)/me/train:1"
    try bench.does("push", "-t", place)
    #expect(try bench.does("push", "-t", place).output.contains("push up to date"))
  }

  @Test(arguments: UserFixture.gpu)
  func theOnesForGPUsArePlanned(base: String, dockerfile: String) throws {
    let bench = try Workbench()
    try bench.importBase(base)
    try bench.write(UserFixture.files)
    try bench.write("Dockerfile", dockerfile)
    #expect(
      try bench.does("build", "-n").output == "project: would be built\n  it was never built\n")
  }

  @Test func theConfigurationIsTaken() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(".runctl.toml", UserFixture.configuration)
    let built = try bench.does("build")
    #expect((built.output + built.errors).contains("mypassword") == false, "\(built)")
    #expect(try bench.does("detect").output.contains(".runctl.toml"))
    #expect(try bench.does("build").output.contains("up to date"))
  }
}
