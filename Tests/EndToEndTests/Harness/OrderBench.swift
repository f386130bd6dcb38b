import PostgresHarness
import Testing

@testable import breakbulk

/// A bench with the sample's `orders` and `invoices`, their rules, and orders whose ids sort as they count.
struct OrderBench {
    let bench: TestBench
    let kind: DatabaseKind

    /// The rules of the demo, as a user would write them.
    static let rules = """
        tables:
          orders:
            key: id
            required: [customer_id]
            enums: { status: [PENDING, PROCESSING, COMPLETED, CANCELLED] }
            status:
              column: status
              transitions: { PENDING: [PROCESSING, CANCELLED], PROCESSING: [COMPLETED, CANCELLED] }
            archive: { column: archived_at }
            lock: { column: locked_until }
            timestamps: { created: created_at, updated: updated_at }

        """

    init(on kind: DatabaseKind) async throws {
        self.kind = kind
        bench = try await TestBench(on: kind, schema: Self.schema(kind))
    }

    init(cluster: PostgresCluster) async throws {
        kind = .postgres
        bench = try await TestBench(cluster: cluster, schema: Self.schema(.postgres))
    }

    private static func schema(_ kind: DatabaseKind) -> String {
        let key: SampleSchema.AutomaticKey = kind == .sqlite ? .sqlite : .postgres
        return SampleSchema.createTable(.orders, key: key) + SampleSchema.createTable(.invoices, key: key)
    }

    func start() async throws -> ServerProcess { try await bench.start(configuration: Self.rules) }

    func client(_ server: ServerProcess) -> BulkClient { bench.client(server) }

    func rows(_ sql: String) async throws -> [String] { try await bench.patientRows(sql) }

    /// Runs a statement that gives no rows.
    func execute(_ sql: String) async throws { _ = try await rows(sql) }

    /// Orders of the given numbers (0 to 899,999), PENDING, live and unlocked; see `id`.
    func insert(_ numbers: Range<Int>, status: String = "PENDING") async throws {
        try await execute(
            """
            WITH RECURSIVE n(i) AS (SELECT \(numbers.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(numbers.upperBound - 1))
            INSERT INTO orders SELECT 'order-' || (100000 + i), 1 + i % 7, '\(status)', 10 + i, '2025-01-01T00:00:00Z',
                '2025-01-01T00:00:00Z', NULL, NULL FROM n
            """)
    }

    /// The id of the order of that number.
    static func id(_ number: Int) -> String { "order-\(100_000 + number)" }

    /// `order-1` to `order-5` as spec 000 has them in "Mixed Success and Failure": the third archived, the fourth locked.
    func insertFive(status: String = "COMPLETED") async throws {
        for number in 1...5 {
            let archived = number == 3 ? "'2025-02-01T00:00:00Z'" : "NULL"
            let locked = number == 4 ? "'2099-12-31T23:59:59Z'" : "NULL"
            try await execute(
                """
                INSERT INTO orders VALUES ('order-\(number)', 1, '\(status)', 10, '2025-01-01T00:00:00Z',
                    '2025-01-01T00:00:00Z', \(archived), \(locked))
                """)
        }
    }

    func insertInvoice(for order: String) async throws {
        try await execute(
            "INSERT INTO invoices (order_id, amount, issued_at) VALUES ('\(order)', 5, '2025-01-02')")
    }

    /// Orders by status, such as `["PENDING|3"]`.
    func statuses() async throws -> [String] {
        try await rows("SELECT status, count(*) FROM orders GROUP BY status ORDER BY status")
    }

    /// The request that most tests make; `more` begins with a comma.
    static func toProcessing(_ more: String = "") -> String {
        #"{"operation": "status-update", "filters": {"status": "PENDING"}, "updates": {"status": "PROCESSING"}\#(more)}"#
    }
}
