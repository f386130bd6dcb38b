/// One promise of `Store`, checked on a fresh fixture; `run` throws `ConformanceFailure` when it is broken.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    package let name: String
    package let run: @Sendable (any StoreFixture) async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (any StoreFixture) async throws -> Void) {
        self.name = name
        self.run = run
    }

    package var description: String { name }
}
