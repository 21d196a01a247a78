import FileSystem
import Foundation
import TestSupport

/// A change of a project, drawn by chance.
enum RandomEdit: CaseIterable {
  case nothing, touch, text, sameSize, permissions, target, rename, swap, typeOfFile, typeOfFolder
  case newFile, newFolder, newLink, removal, ignoring, instruction, builder, argument, requirements

  private static let names = ["one.py", "two.py", "x.csv", "y.log", "z", "deep"]
  private static let folders = ["src", "data", "conf", "src/lib", "src/deep", "data/deep"]
  private static let patterns = [
    "**/*.log", "**/*.py", "src/lib", "data/deep", "!src/lib/one.py", "!data/deep/z", "!**/*.log",
    "Dockerfile", ".dockerignore", "conf/run",
  ]
  private static let instructions = [
    "COPY . /all", "COPY src /app/src", "COPY data /app/data", "COPY conf/ /app/",
    "COPY requirements.txt /app/", "COPY --from=builder /out /from", "ENV A=1", "ENV A=2 B=$A",
    "ARG GREETING=hello\nRUN echo $GREETING >/greeting", "WORKDIR /app/work", "WORKDIR inner",
    "LABEL team=vision", "RUN rm -rf /app/src", "RUN mkdir -p /app/src && touch /app/src/made",
    "RUN /bin/busybox find /app /all | /bin/busybox sort >/found",
    "COPY <<EOF /app/heredoc\nsome text\nEOF", "RUN <<EOF\necho a >/x\nchmod 700 /x\nEOF",
    "RUN cat /all/data/* /app/data/* >/together 2>/dev/null || true",
  ]

  /// Whether the disk is changed, too.
  var isOnDisk: Bool { [.touch, .rename, .swap].contains(self) }

  /// Changes the model, and the disk where no writing of files could do the same.
  func apply(
    to project: inout RandomProject, in bench: Workbench, by chance: inout SeededGenerator
  ) throws {
    let free = project.nodes.keys.filter { !RandomProject.fixed.contains($0) }.sorted()
    let files = free.filter { if case .file = project.nodes[$0] { true } else { false } }
    switch self {
    case .nothing: break
    case .touch:
      if let path = files.randomElement(using: &chance) {
        bench.setTime(of: path, to: 1_000_000_000 + Int.random(in: 0..<1_000, using: &chance))
      }
    case .text:
      change(files, &project, &chance) { "\($0)more \(Int.random(in: 0..<100, using: &$1))\n" }
    case .sameSize:
      change(files, &project, &chance) { text, chance in
        String(text.map { $0.isNewline ? $0 : "abcdefgh".randomElement(using: &chance) ?? $0 })
      }
    case .permissions:
      guard let path = free.randomElement(using: &chance) else { break }
      switch project.nodes[path] {
      case .file(let text, let mode)?:
        project.nodes[path] = .file(text, mode: mode == 0o755 ? 0o600 : 0o755)
      case .folder(let mode)?: project.nodes[path] = .folder(mode: mode == 0o755 ? 0o700 : 0o755)
      default: break
      }
    case .target:
      let links = free.filter { if case .link = project.nodes[$0] { true } else { false } }
      if let path = links.randomElement(using: &chance) {
        project.nodes[path] = .link(
          ["b.log", "nowhere", "../src", "keep"].randomElement(using: &chance) ?? "")
      }
    case .newLink:
      add(
        .link(["keep", "../src/lib", "nowhere"].randomElement(using: &chance) ?? ""), to: &project,
        &chance)
    case .newFile:
      add(
        .file("new \(Int.random(in: 0..<10, using: &chance))\n", mode: 0o644), to: &project, &chance
      )
    case .newFolder: add(.folder(mode: 0o755), to: &project, &chance)
    case .removal:
      if let path = free.randomElement(using: &chance) { take(path, from: &project) }
    case .rename: try rename(free, &project, bench, &chance)
    case .swap: try swap(files, &project, bench, &chance)
    case .typeOfFile:
      guard let path = files.randomElement(using: &chance) else { break }
      project.nodes[path] = .folder(mode: 0o755)
      project.nodes["\(path)/z"] = .file("z\n", mode: 0o644)
    case .typeOfFolder:
      let folders = free.filter { if case .folder = project.nodes[$0] { true } else { false } }
      guard let path = folders.randomElement(using: &chance) else { break }
      take(path, from: &project)
      project.nodes[path] = .file("was a folder\n", mode: 0o644)
    case .ignoring: toggle(Self.patterns, in: &project.ignored, limit: 5, &chance)
    case .instruction: toggle(Self.instructions, in: &project.instructions, limit: 9, &chance)
    case .builder:
      toggle(
        ["COPY src /out/", "RUN echo builder >/out/note", "ENV C=1", "COPY data /out/data"],
        in: &project.builder, limit: 5, &chance)
    case .argument:
      project.greeting = [nil, "hello", "goodbye"].randomElement(using: &chance) ?? nil
    case .requirements:
      let version = Int.random(in: 1..<9, using: &chance)
      project.nodes["requirements.txt"] = .file("numpy==\(version)\n", mode: 0o644)
    }
  }

  private func change(
    _ files: [String], _ project: inout RandomProject, _ chance: inout SeededGenerator,
    _ edited: (String, inout SeededGenerator) -> String
  ) {
    guard let path = files.randomElement(using: &chance),
      case .file(let text, let mode)? = project.nodes[path]
    else { return }
    project.nodes[path] = .file(edited(text, &chance), mode: mode)
  }

  private func add(
    _ node: ProjectNode, to project: inout RandomProject, _ chance: inout SeededGenerator
  ) {
    let places = Self.folders.filter {
      if case .folder = project.nodes[$0] { true } else { false }
    }
    guard let folder = places.randomElement(using: &chance),
      let name = Self.names.randomElement(using: &chance), project.nodes["\(folder)/\(name)"] == nil
    else { return }
    project.nodes["\(folder)/\(name)"] = node
  }

  private func take(_ path: String, from project: inout RandomProject) {
    project.nodes = project.nodes.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
  }

  /// With rename(2): what is moved keeps its times, its size and its inode.
  private func rename(
    _ free: [String], _ project: inout RandomProject, _ bench: Workbench,
    _ chance: inout SeededGenerator
  ) throws {
    guard let from = free.randomElement(using: &chance),
      let name = Self.names.randomElement(using: &chance)
    else { return }
    let to = FileTree.parentPath(of: from) + "/" + name
    guard project.nodes[to] == nil else { return }
    Foundation.rename("\(bench.project)/\(from)", "\(bench.project)/\(to)")
    for (path, node) in project.nodes where path == from || path.hasPrefix(from + "/") {
      project.nodes[path] = nil
      project.nodes[to + path.dropFirst(from.count)] = node
    }
  }

  private func swap(
    _ files: [String], _ project: inout RandomProject, _ bench: Workbench,
    _ chance: inout SeededGenerator
  ) throws {
    guard let one = files.randomElement(using: &chance),
      let two = files.randomElement(using: &chance), one != two
    else { return }
    let (a, b) = ("\(bench.project)/\(one)", "\(bench.project)/\(two)")
    for (from, to) in [(a, a + ".swap"), (b, a), (a + ".swap", b)] { Foundation.rename(from, to) }
    (project.nodes[one], project.nodes[two]) = (project.nodes[two], project.nodes[one])
  }

  /// Takes a line away, puts one in, or moves one.
  private func toggle(
    _ pool: [String], in lines: inout [String], limit: Int, _ chance: inout SeededGenerator
  ) {
    let isFull = lines.count >= limit
    if !lines.isEmpty, isFull || Int.random(in: 0..<3, using: &chance) == 0 {
      lines.remove(at: Int.random(in: 0..<lines.count, using: &chance))
    }
    if !isFull, let line = pool.randomElement(using: &chance), !lines.contains(line) {
      lines.insert(line, at: Int.random(in: 0...lines.count, using: &chance))
    }
  }
}
