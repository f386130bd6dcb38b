import Foundation
import PostgresHarness
import Testing

@testable import breakbulk

/// A bench with the sample's `resources` and their rules.
struct ResourceBench {
    let bench: TestBench
    let kind: DatabaseKind

    /// The rules of the demo, as a user would write them.
    static let rules = """
        tables:
          resources:
            key: { column: id, prefix: "res_" }
            enums: { type: [document, image, video], status: [draft, active, published, archived] }
            soft_delete: { column: deleted_at }
            timestamps: { created: created_at, updated: updated_at }

        """

    init(on kind: DatabaseKind) async throws {
        self.kind = kind
        let key: SampleSchema.AutomaticKey = kind == .sqlite ? .sqlite : .postgres
        bench = try await TestBench(on: kind, schema: SampleSchema.createTable(.resources, key: key))
    }

    func start(_ more: String = "", environment: [String: String] = [:]) async throws -> ServerProcess {
        try await bench.start(configuration: Self.rules + more, environment: environment)
    }

    func client(_ server: ServerProcess) -> BulkClient { bench.client(server) }

    func rows(_ sql: String) async throws -> [String] { try await bench.patientRows(sql) }

    func execute(_ sql: String) async throws { _ = try await rows(sql) }

    /// Resources `r<number>`, called `Name <number>`, drafts of 2023 with the metadata `{"a":1,"b":2}`.
    func insert(_ numbers: Range<Int>, status: String = "draft") async throws {
        try await execute(
            """
            WITH RECURSIVE n(i) AS (SELECT \(numbers.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(numbers.upperBound - 1))
            INSERT INTO resources SELECT 'r' || i, 'Name ' || i, 'document', '\(status)', '{"a":1,"b":2}',
                '2023-01-01T00:00:00Z', '2023-01-01T00:00:00Z', NULL FROM n
            """)
    }

    /// How many resources there are that are not deleted.
    func count() async throws -> Int {
        let rows = try await rows("SELECT count(*) FROM resources WHERE deleted_at IS NULL")
        return rows.first.flatMap { Int($0) } ?? -1
    }
}

extension BulkClient {
    /// POSTs JSON.
    func post(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(
            "POST", path, body: body,
            headers: headers.merging(["Content-Type": "application/json"]) { own, _ in own })
    }

    /// Waits until a job of dialect 001 has ended; gives it as `GET /v1/jobs/{id}` does.
    func ended(_ job: String) async throws -> Answer {
        for _ in 0..<60 {
            let answer = try await send("GET", "/jobs/\(job)?wait=10")
            guard answer.status == 200, let status = answer["status"] else {
                throw Unexpected(answer: answer)
            }
            if ["completed", "failed", "cancelled"].contains(status) { return answer }
        }
        throw Patience.Ended(what: "the end of job \(job)", limit: .seconds(600))
    }
}

extension BulkClient.Answer {
    /// The member reached by these names and indices (`results.0.status`), nil when it is not there.
    func at(_ path: String) -> Any? {
        var value: Any? = json
        for part in path.split(separator: ".") {
            if let object = value as? [String: Any] {
                value = object[String(part)]
            } else if let array = value as? [Any], let index = Int(part), array.indices.contains(index) {
                value = array[index]
            } else {
                return nil
            }
        }
        return value
    }

    func text(_ path: String) -> String? { at(path) as? String }
    func int(_ path: String) -> Int? { at(path) as? Int }
    func bool(_ path: String) -> Bool? { at(path) as? Bool }
    /// The statuses of a batch's results, in order.
    var statuses: [Int] { (at("results") as? [[String: Any]] ?? []).compactMap { $0["status"] as? Int } }
}
