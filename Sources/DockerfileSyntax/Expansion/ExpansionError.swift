package import Diagnostics

/// Why a text with variables cannot be expanded.
package enum ExpansionError: Error, Equatable {
  /// The opening quote has no partner.
  case unbalancedQuote(Character)
  case unclosedBrace
  /// `${x/p` without the slash before the replacement.
  case missingSlash
  /// Nothing that could be a name behind `${`.
  case badSubstitution
  /// What stands behind the name is none of the known operators.
  case unknownOperator(String)
  /// `${x?message}` of a variable that is not there; `${x:?message}` of one that is empty.
  case required(name: String, isSet: Bool, message: String?)
  /// A backslash in a pattern before something that needs none.
  case invalidPattern(String)
  /// Hostile input: substitutions in substitutions, or a pattern and a value too large to match.
  case tooComplex
}

extension ExpansionError: ReportableError {
  package var diagnostic: Diagnostic {
    Diagnostic(id: id, message, help: help)
  }

  private var id: String {
    if case .required = self { "required-variable" } else { "invalid-substitution" }
  }

  private var message: String {
    switch self {
    case .unbalancedQuote(let quote): "a \(quote) has no partner"
    case .unclosedBrace: "a '${' is not closed"
    case .missingSlash: "the pattern in '${name/pattern/text}' does not end"
    case .badSubstitution: "no variable is named behind '${'"
    case .unknownOperator(let text): "'\(text)' is not an operator of '${…}'"
    case .required(let name, let isSet, let message):
      "the variable '\(name)' must not be \(isSet ? "empty" : "unset")\(message.map { ": \($0)" } ?? "")"
    case .invalidPattern(let pattern): "'\(pattern)' is not a pattern"
    case .tooComplex: "the substitution is too complex"
    }
  }

  private var help: String {
    switch self {
    case .unbalancedQuote(let quote): "close it, or escape it as '\\\(quote)'"
    case .unclosedBrace: "write '}', or '\\$' for a dollar sign"
    case .missingSlash: "write '${name/pattern/text}'; a slash in the pattern is '\\/'"
    case .badSubstitution: "write '${name}', or '\\$' for a dollar sign"
    case .unknownOperator: "known are ':-' '-' ':+' '+' ':?' '?' '#' '##' '%' '%%' '/' '//'"
    case .required(let name, _, _): "give it a value, for instance with '--build-arg \(name)=…'"
    case .invalidPattern: "a backslash may stand before '*', '?', '\\', '/' and '}' only"
    case .tooComplex: "split it into several variables"
    }
  }
}
