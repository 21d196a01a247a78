import Glibc

typealias CStringArray = UnsafePointer<UnsafeMutablePointer<CChar>?>

/// Lends texts as a NULL-terminated array of C strings.
func withCStrings<Result>(_ texts: [String], _ body: (CStringArray?) -> Result) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
  defer { pointers.forEach { free($0) } }
  pointers.append(nil)
  return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}

/// The same for an environment; nil lends the caller's own.
func withEnvironment<Result>(
  _ environment: [String]?, _ body: (CStringArray?) -> Result
) -> Result {
  guard let environment else { return body(environ) }
  return withCStrings(environment, body)
}

func withOptionalCString<Result>(
  _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
  guard let text else { return body(nil) }
  return text.withCString { body($0) }
}
