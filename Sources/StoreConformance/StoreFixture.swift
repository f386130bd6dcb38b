package import Engine

/// An empty database with a store over it: what the suite needs beyond `Store` itself.
package protocol StoreFixture: Sendable {
    var store: any Store { get }

    /// How this database declares a whole-number primary key that it fills itself.
    var automaticKey: String { get }

    /// Runs a statement behind the store's back: tables, triggers, data.
    func execute(_ sql: String) async throws

    /// The rows of a query, each value as text, NULL as `NULL`.
    func rows(_ sql: String) async throws -> [[String]]
}
