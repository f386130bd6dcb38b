import BulkModel
import Engine
import PostgresHarness
import Synchronization

@testable import StoreConformance
@testable import StorePostgres

/// Tables of a test's own, and jobs of one chunk each on them.
struct ApplyBench {
    let fixture: any StoreFixture

    private static let jobCount = Atomic(0)

    /// Runs the statements one after another first.
    init(_ statements: String..., limits: Limits = PostgresFixture.limits) async throws {
        fixture = try await PostgresFixture(limits: limits)
        for statement in statements { try await fixture.execute(statement) }
    }

    init(over fixture: any StoreFixture) { self.fixture = fixture }

    func job(
        _ operation: BulkModel.Operation, _ table: String, _ columns: [String], key: [String]? = nil,
        tenant: String? = nil, read: Int
    ) async throws -> Bench {
        let number = Self.jobCount.add(1, ordering: .relaxed).newValue
        return try await Bench(
            fixture, operation, table, columns: columns, key: key, tenant: tenant, read: read,
            job: "job-\(number)")
    }

    func write(
        _ operation: BulkModel.Operation, _ table: String, _ columns: [String], key: [String]? = nil,
        tenant: String? = nil, _ rows: [[Cell]]
    ) async throws -> AppliedChunk {
        try await job(operation, table, columns, key: key, tenant: tenant, read: rows.count).apply(rows)
    }

    /// What became of the records and why: `created error | 1:DUPLICATE_KEY(email)`.
    func told(
        _ operation: BulkModel.Operation, _ table: String, _ columns: [String], key: [String]? = nil,
        tenant: String? = nil, _ rows: [[Cell]]
    ) async throws -> String {
        let applied = try await write(operation, table, columns, key: key, tenant: tenant, rows)
        return applied.outcomes + (applied.faults.isEmpty ? "" : " | " + applied.faults)
    }

    /// Each row in one word, its values with a comma between.
    func rows(_ sql: String) async throws -> [String] {
        try await fixture.rows(sql).map { $0.joined(separator: ",") }
    }

    func execute(_ sql: String) async throws { try await fixture.execute(sql) }
}
