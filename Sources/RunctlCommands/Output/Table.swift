/// Columns of text, as wide as they need to be.
struct Table {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: String...) { self.header = header }

  mutating func add(_ cells: String...) { rows.append(cells) }

  func print(to terminal: Terminal) {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    terminal.print(terminal.styled(line(header, widths), .bold, onErrors: false))
    for row in rows { terminal.print(line(row, widths)) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      text += cell
      if index < cells.count - 1 {
        text += String(repeating: " ", count: widths[index] - cell.count + 2)
      }
    }
    return text
  }
}
