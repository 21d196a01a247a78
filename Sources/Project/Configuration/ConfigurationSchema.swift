/// All keys of `.runctl.toml`, in the order in which `runctl init` writes them.
///
/// The one place: reading, unknown and mistyped keys, keys without effect and the template follow
/// from it.
enum ConfigurationSchema {
  static let keys: [ConfigurationKey] = general + image + run + docker + registry + cloud + machine

  private static let general: [ConfigurationKey] = [
    .init(
      "engine", .text(.choice("native", "docker", "buildkit")), .noEffectYet(unless: "native"),
      "What builds images: runctl itself, a Docker daemon or a BuildKit.", sample: #""native""#),
    .init(
      "base_max_age", .text(.duration), .used,
      "After this time a base image's tag is asked for again.", sample: #""7d""#),
    .init(
      "project.name", .text(.imageName), .used,
      "The image's name when no [images.NAME] is given; the folder's name otherwise.",
      sample: #""train""#),
  ]

  private static let image: [ConfigurationKey] = [
    .init(
      "images.*.dockerfile", .text(.insidePath), .used,
      "From the project's root. Found by itself in the usual places when not given.",
      sample: #""Dockerfile""#),
    .init(
      "images.*.context", .text(.path), .used,
      "The folder that COPY copies from: the project's root when not given.", sample: #"".""#),
    .init(
      "images.*.target", .text(.stage), .used, "The stage to build: the last one when not given.",
      sample: #""runtime""#),
    .init(
      "images.*.build_args", .assignments, .used,
      "Values of the Dockerfile's ARGs; they go before those of [docker].",
      sample: #"["CUDA_VERSION=11.8"]"#),
    .init(
      "images.*.platform", .text(.platform), .used, "What kind of machine the image is for.",
      sample: #""linux/amd64""#),
    .init(
      "images.*.tags", .texts(.imageTag), .used,
      "Tags of the image: the git commit, else the digest, when not given.",
      sample: #"["latest"]"#),
    .init(
      "images.*.push", .texts(.destination), .used, "Where 'runctl push' sends the image.",
      sample: #"["registry.example.com/team/train"]"#),
    .init(
      "images.*.requirements", .texts(.insidePath), .used,
      "Further files, in the context, that count as requirements.", sample: #"["conda.lock"]"#),
    .init(
      "images.*.labels", .assignments, .noEffectYet(), "Labels of the image.",
      sample: #"["org.example.team=vision"]"#),
    .init(
      "images.*.split", .text(.choice("auto", "off")), .noEffectYet(unless: "off"),
      "Whether one step may become several layers.", sample: #""auto""#),
    .init(
      "images.*.compression", .text(.choice("gzip", "zstd")), .noEffectYet(unless: "gzip"),
      "How layers are compressed.", sample: #""gzip""#),
    .init(
      "images.*.normalize_modes", .flag, .used,
      "Whether copied files keep nothing of their permissions but the executable bit, as in git.",
      sample: "true"),
    .init(
      "images.*.secrets.*.src", .text(.path), .used,
      "The file that holds the secret of RUN --mount=type=secret.", sample: #""secrets/pip.conf""#),
    .init(
      "images.*.secrets.*.env", .text(.environmentName), .used,
      "The environment variable that holds the secret; it goes before src.", sample: #""PIP_TOKEN""#
    ),
    .init(
      "images.*.secrets.*.rebuild", .flag, .used,
      "Whether a changed secret runs its steps again.", sample: "true"),
  ]

  private static let run: [ConfigurationKey] = [
    .init(
      "images.*.run.env", .assignments, .used, "The environment of a run.",
      sample: #"["OMP_NUM_THREADS=4"]"#),
    .init(
      "images.*.run.volumes", .texts(.volume), .used,
      "Folders that a run sees beside the image. Such a run is never up to date.",
      sample: #"["data:/data:ro"]"#),
    .init(
      "images.*.run.inputs", .inputs, .used,
      "What a run reads beside the image: it is up to date while these do not change.",
      sample: #"["data/train.csv", { path = "data/images", check = "stat" }]"#),
    .init(
      "images.*.run.outputs", .texts(.insidePath), .used,
      "What a run writes, brought back to the project afterwards.", sample: #"["outputs"]"#),
    .init(
      "images.*.run.gpus", .textOrNumber(.gpus), .used, "GPUs of a run: auto, all, none, a number.",
      sample: #""auto""#),
    .init(
      "images.*.run.shm", .text(.someBytes), .used,
      "Shared memory of a run, which data loaders need.", sample: #""8GB""#),
    .init(
      "images.*.run.memory", .text(.someBytes), .used, "The most memory a run may use.",
      sample: #""32GB""#),
    .init(
      "images.*.run.cpus", .amount, .used, "The most processors a run may use.", sample: "4"),
    .init(
      "images.*.run.timeout", .text(.someTime), .used, "After this time a run is ended.",
      sample: #""12h""#),
  ]

  private static let docker: [ConfigurationKey] = [
    .init(
      "docker.ecr_registry", .text(.registryPrefix), .used,
      "Where images go: <ecr_registry>/<name>.",
      sample: #""123456789012.dkr.ecr.us-east-1.amazonaws.com""#),
    .init(
      "docker.dockerhub_username", .text(.account), .used,
      "Where images go when there is no ecr_registry: docker.io/<dockerhub_username>/<name>.",
      sample: #""me""#),
    .init(
      "docker.dockerhub_password", .secret, .used,
      "Better given as DOCKERHUB_PASSWORD in the environment than written here.",
      sample: #""…""#),
    .init(
      "docker.build_args", .assignments, .used, "Values of ARGs, for all images.",
      sample: #"["CUDA_VERSION=11.8"]"#),
    .init(
      "docker.cache_from", .texts(.destination), .noEffectYet(),
      "Images whose layers may be reused.", sample: #"["registry.example.com/team/train:latest"]"#),
    .init(
      "docker.scan_on_push", .flag, .used,
      "Whether a repository that is made in ECR scans what is pushed.", sample: "true"),
    .init(
      "docker.tag_mutability", .text(.choice("mutable", "immutable")), .used,
      "Whether tags may move in a repository that is made in ECR.", sample: #""mutable""#),
  ]

  private static let registry: [ConfigurationKey] = [
    .init(
      "registry.*.mirrors", .texts(.mirror), .used,
      "Asked first for what this registry has.", sample: #"["https://mirror.example.com"]"#),
    .init(
      "registry.*.insecure", .flag, .used,
      "Speak plain HTTP with this registry. Loopback addresses do without.", sample: "false"),
  ]

  /// Why keys about making instances do nothing.
  private static let noInstances = "no instance is made here: start one, and name it"

  private static let cloud: [ConfigurationKey] = [
    .init(
      "aws.region", .text(.region), .used,
      "The region of all AWS calls; --region and AWS_REGION go before it.",
      sample: #""us-east-1""#),
    .init(
      "aws.s3_bucket", .text(.bucket), .used, "The bucket for code and results.",
      sample: #""my-bucket""#),
    .init(
      "aws.default_project_name", .text(.pathPart), .used,
      "The project that runs belong to, in S3 and on instances.", sample: #""digits""#),
    .init("aws.user_id", .text(.pathPart), .used, "Whose runs they are, in S3.", sample: #""me""#),
    .init(
      "aws.default_instance_type", .text(.any), .noEffect(because: noInstances),
      "The kind of instance to use.", sample: #""g5.xlarge""#),
    .init(
      "aws.default_ami", .text(.any), .noEffect(because: noInstances),
      "The image of the instance.", sample: #""ami-0123456789abcdef0""#),
    .init(
      "aws.iam_instance_profile", .text(.any), .noEffect(because: noInstances),
      "The role of the instance.", sample: #""training""#),
    .init(
      "aws.use_spot", .flag, .noEffect(because: noInstances),
      "Whether spot instances are wanted.", sample: "false"),
    .init(
      "aws.spot_max_price", .textOrNumber(.price), .noEffect(because: noInstances),
      "In dollars an hour.", sample: #""0.50""#),
    .init(
      "runpod", .anything, .noEffect(because: "there are no runs on RunPod"),
      "Settings for RunPod.", sample: "{}"),
  ]

  private static let machine: [ConfigurationKey] = [
    .init(
      "local.checkpoint_dir", .text(.path), .used,
      "Where a run on this machine keeps checkpoints: goes before checkpoint.dir.",
      sample: #""checkpoints""#),
    .init(
      "local.default_device", .text(.word), .used,
      "What a run on this machine computes on: its RUNCTL_DEVICE.", sample: #""cpu""#),
    .init(
      "checkpoint.dir", .text(.path), .used,
      "Where checkpoints are kept across runs: a run's RUNCTL_CHECKPOINT_DIR.",
      sample: #""checkpoints""#),
    .init(
      "checkpoint.save_interval", .integer(count), .used,
      "Epochs between two checkpoints: a run's RUNCTL_SAVE_INTERVAL.", sample: "5"),
    .init(
      "checkpoint.keep_last_n", .integer(count), .used,
      "How many checkpoints are kept: a run's RUNCTL_KEEP_LAST_N.", sample: "10"),
    .init(
      "monitoring.log_dir", .text(.path), .used, "Where a copy of each run's log is put.",
      sample: #""logs""#),
    .init(
      "monitoring.update_interval_secs", .integer(1...3600), .used,
      "Seconds between two looks at a run on another machine.", sample: "10"),
    .init(
      "monitoring.enable_warnings", .flag, .used,
      "Whether to warn about what a run may lack of its machine.", sample: "true"),
    .init(
      "store.max_size", .text(.byteCount), .used,
      "Above this a build takes away what was not used for the longest time.", sample: #""50GB""#),
  ]

  private static let count: ClosedRange<Int64> = 1...1_000_000_000

  /// What names of the user's choice must look like, by the table that they are in.
  static let names: [String: TextRule] = [
    "images": .imageName, "secrets": .secretID, "registry": .registryHost,
  ]
}
