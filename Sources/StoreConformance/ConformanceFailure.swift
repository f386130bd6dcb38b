import Engine

/// Says what a store did instead of what it promises.
package struct ConformanceFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless both are equal.
func expect<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String) throws {
    guard actual == expected else { throw ConformanceFailure("\(what): expected \(expected), got \(actual)") }
}

/// Throws unless it is true.
func expect(_ condition: Bool, _ what: String) throws {
    guard condition else { throw ConformanceFailure("not so: \(what)") }
}

/// Throws unless the call fails with the code.
func expect(
    _ code: StoreError.Code, _ what: String, from call: () async throws(StoreError) -> Void
) async throws {
    do {
        try await call()
    } catch {
        try expect(error.code, code, what)
        return
    }
    throw ConformanceFailure("\(what): expected \(code), got no error")
}
