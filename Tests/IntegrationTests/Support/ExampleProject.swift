/// A project of the shape that people have: two stages, requirements before the code.
enum ExampleProject {
  static let dockerfile = """
    FROM base:1 AS builder
    WORKDIR /build
    COPY requirements.txt .
    RUN pip install --user -r requirements.txt

    FROM base:1
    ARG GREETING=hello
    WORKDIR /workspace
    COPY --from=builder /root/.local /root/.local
    COPY . .
    ENV PATH=/root/.local/bin:/usr/bin:/bin GREETING=$GREETING
    CMD ["python", "train.py"]

    """

  static let files = [
    "Dockerfile": dockerfile,
    "requirements.txt": "numpy==1.26.4\n",
    "train.py": "echo training $GREETING\n",
    "data/digits.csv": "1,2,3\n",
    "data/labels.csv": "4\n",
  ]

  static func make(in bench: Workbench) throws {
    try bench.write(files)
    try bench.importBase()
  }
}
