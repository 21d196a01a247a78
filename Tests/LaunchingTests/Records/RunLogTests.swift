import FileSystem
import Glibc
import Testing

@testable import Launching

struct RunLogTests {
  private let bench: Workbench
  private let path: String

  init() throws {
    bench = try Workbench()
    path = "\(bench.folder)/log"
  }

  private func chunk(_ text: String, _ stream: RunNews.Stream, _ time: Int64) -> RunNews.Chunk {
    RunNews.Chunk(stream: stream, bytes: Array(text.utf8), time: time)
  }

  @Test func chunksComeBackWithTheirStreamsAndTimes() throws {
    var writer = try RunLogWriter(creating: path)
    try writer.append(Array("one".utf8), .output, time: 5)
    try writer.append(Array("two".utf8), .output, time: 5)
    try writer.append([], .errors, time: 6)
    try writer.append(Array("three".utf8), .errors, time: 7)
    let reader = RunLogReader(path)
    #expect(
      try reader.chunks(after: 0) == [chunk("onetwo", .output, 5), chunk("three", .errors, 7)])
    #expect(try reader.chunks(after: 4) == [chunk("wo", .output, 5), chunk("three", .errors, 7)])
    #expect(try reader.chunks(after: 6) == [chunk("three", .errors, 7)])
    #expect(try reader.chunks(after: 11) == [])
    #expect(try reader.length() == 11)
  }

  @Test func nothingIsThereBeforeTheFirstByte() throws {
    #expect(try RunLogReader(path).chunks(after: 0) == [])
    #expect(try RunLogReader(path).length() == 0)
  }

  @Test func anotherWriterGoesOnBehindATornEntry() throws {
    do {
      var writer = try RunLogWriter(creating: path)
      try writer.append(Array("one".utf8), .output, time: 1)
    }
    let index = try File.open(RunLogWriter.indexPath(path), flags: O_WRONLY | O_APPEND)
    try index.write([3, 0, 0, 0, 0])
    var writer = try RunLogWriter(continuing: path)
    #expect(writer.length == 3)
    try writer.append(Array("two".utf8), .errors, time: 2)
    #expect(
      try RunLogReader(path).chunks(after: 0) == [
        chunk("one", .output, 1), chunk("two", .errors, 2),
      ])
  }

  @Test func everyOffsetOfManyChunksIsFound() throws {
    var writer = try RunLogWriter(creating: path)
    var all: [UInt8] = []
    for number in 0..<300 {
      let bytes = Array("\(number),".utf8)
      try writer.append(bytes, number % 3 == 0 ? .errors : .output, time: Int64(number))
      all += bytes
    }
    let reader = RunLogReader(path)
    for offset in 0...all.count {
      let chunks = try reader.chunks(after: Int64(offset))
      #expect(chunks.flatMap(\.bytes) == Array(all[offset...]))
    }
    #expect(try reader.chunks(after: Int64(all.count) - 4).map(\.time) == [299])
  }
}
