/// Jobs and what each of them waits for. Knows nothing of images.
package struct JobGraph<Job: Sendable>: Sendable {
  package struct ID: Hashable, Sendable {
    let index: Int
  }

  struct Node: Sendable {
    let job: Job
    let lane: Lane
    let dependencies: [ID]
  }

  private(set) var nodes: [Node] = []

  package init() {}

  package var count: Int { nodes.count }

  /// Adds a job. What it waits for must be in the graph already, so that there are no cycles.
  package mutating func add(_ job: Job, lane: Lane = .work, after dependencies: [ID] = []) -> ID {
    nodes.append(Node(job: job, lane: lane, dependencies: dependencies))
    return ID(index: nodes.count - 1)
  }

  subscript(id: ID) -> Job { nodes[id.index].job }
}

/// Which slots a job may take. Transfers have their own, so that a slow registry holds no build up.
package enum Lane: Int, Sendable, CaseIterable {
  case work
  case transfer
}
