import BulkModel
import Formats
import Planning
import Synchronization

@testable import Engine

/// An engine over `RecordMemory` with two tables: `notes` with every kind of rule, and `items` whose keys the database makes.
final class BatchFixture: Sendable {
    let store = RecordMemory([notes, items])
    let time = ManualTime()
    let caller: Caller
    let limits: Limits

    init(scopes: Set<Caller.Scope> = [.admin], tables: Set<String>? = nil, limits: Limits = Limits()) {
        self.limits = limits
        caller = Caller(credential: "key", tenant: TenantID("a"), scopes: scopes, tables: tables)
    }

    var engine: BulkEngine {
        let time = time
        return BulkEngine(
            store: store, limits: limits, uploads: "/nowhere", rules: ["notes": Self.rules],
            clock: WallClock { time.wall }, timing: time.timing, makeDigest: { LengthDigest() },
            observe: { _ in })
    }

    static let rules = TableRules(
        keyPrefix: "note_", tenantColumn: "tenant",
        status: StatusRule(column: "status", transitions: ["draft": ["active"], "active": ["done"]]),
        lock: MarkRule(column: "locked"), softDelete: MarkRule(column: "deleted_at"),
        timestamps: TimestampRule(created: "created_at", updated: "updated_at"))

    static func column(
        _ name: String, _ declared: String = "TEXT", nullable: Bool = true, default text: String? = nil,
        automatic: Bool = false
    ) -> ColumnDescription {
        ColumnDescription(
            name: name, declaredType: declared, type: DeclaredType.valueType(declared), isNullable: nullable,
            defaultSQL: text, isAutomatic: automatic)
    }

    static let notes = TableDescription(
        name: "notes",
        columns: [
            column("id", nullable: false), column("name", nullable: false), column("status"),
            column("size", "INTEGER"), column("meta", "JSON"), column("locked", "BOOLEAN"),
            column("tenant", nullable: false), column("created_at", "TIMESTAMP"),
            column("updated_at", "TIMESTAMP"), column("deleted_at", "TIMESTAMP"),
        ], primaryKey: ["id"], uniqueKeys: [["name"]])

    static let items = TableDescription(
        name: "items",
        columns: [column("id", "INTEGER", automatic: true), column("note"), column("label")],
        primaryKey: ["id"])

    /// The operation, its id being `op` and its place (from 1) unless it is named.
    static func request(
        _ operations: [BatchOperation], _ adjust: (inout BatchRequest) -> Void = { _ in }
    ) -> BatchRequest {
        var request = BatchRequest(dialect: "d", operations: [], timeout: .seconds(30))
        for (index, operation) in operations.enumerated() {
            var operation = operation
            if operation.id.isEmpty { operation.id = "op\(index + 1)" }
            request.operations.append(operation)
        }
        adjust(&request)
        return request
    }

    func perform(
        _ operations: [BatchOperation], _ adjust: (inout BatchRequest) -> Void = { _ in }
    ) async throws -> BatchOutcome {
        try await engine.perform(Self.request(operations, adjust), by: caller)
    }

    /// What became of each operation in a word: `created`, `NOT_ATTEMPTED` …
    func words(
        _ operations: [BatchOperation], _ adjust: (inout BatchRequest) -> Void = { _ in }
    ) async throws -> [String] {
        try await perform(operations, adjust).results.map(\.word)
    }

    /// The refusal of the whole batch, nil when it was done.
    func refusal(
        _ operations: [BatchOperation], _ adjust: (inout BatchRequest) -> Void = { _ in }
    ) async -> Refusal? {
        do {
            _ = try await perform(operations, adjust)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    /// Names of the notes that are there, by key.
    var names: [String: String] {
        store.state.withLock { state in
            (state.rows["notes"] ?? [:]).compactMapValues { row in
                guard case .text(let name)? = row["name"] ?? nil else { return nil }
                return name
            }
        }
    }

    /// Adds notes of these ids, named as they are called.
    func add(_ ids: String..., with extra: [String: ConditionValue?] = [:], tenant: String = "a") {
        store.state.withLock { state in
            for id in ids {
                let row: [String: ConditionValue?] = [
                    "id": .text(id), "name": .text("name of \(id)"), "tenant": .text(tenant),
                ]
                state.rows["notes", default: [:]][id] = row.merging(extra) { $1 }
            }
        }
    }

    /// Calls of sessions since the last time, as `look 2`, `update 1` …
    func takeCalls() -> [String] {
        store.calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }
}

extension BatchOperation {
    static func create(_ body: JSONValue, in table: String = "notes", id: String = "") -> BatchOperation {
        BatchOperation(id: id, kind: .create, table: table, body: body.members)
    }

    static func patch(_ record: String, _ body: JSONValue, id: String = "") -> BatchOperation {
        BatchOperation(id: id, kind: .patch, table: "notes", record: record, body: body.members)
    }

    static func replace(_ record: String, _ body: JSONValue, id: String = "") -> BatchOperation {
        BatchOperation(id: id, kind: .replace, table: "notes", record: record, body: body.members)
    }

    static func delete(_ record: String, id: String = "", table: String = "notes") -> BatchOperation {
        BatchOperation(id: id, kind: .delete, table: table, record: record)
    }

    static func read(_ record: String, id: String = "", table: String = "notes") -> BatchOperation {
        BatchOperation(id: id, kind: .read, table: table, record: record)
    }

    /// A list of those whose name is this, or of all; as many as are there.
    static func list(name: String? = nil, id: String = "", limit: Int = 100) -> BatchOperation {
        let items = name.map { [ListReading.Item(name: "name", value: $0)] } ?? []
        let reading = ListReading(items: items) { items, columns in
            guard columns.contains("name") else { return .failure(Refusal(.invalidRequest, "no name")) }
            let terms = items.map { item in
                FilterExpression.term(
                    .init(column: item.name, test: .eq, value: .string(item.value), place: item.name))
            }
            return .success(ListRequest(filter: .all(terms), sort: [], limit: limit))
        }
        return BatchOperation(id: id, kind: .list, table: "notes", list: reading)
    }

    /// The same operation, to be done only behind these.
    func behind(_ ids: String...) -> BatchOperation {
        var operation = self
        operation.dependsOn = ids
        return operation
    }
}

extension JSONValue {
    fileprivate var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}

extension BatchResult {
    var word: String {
        switch self {
        case .done(let action, _): action.word ?? "error"
        case .read: "read"
        case .listed: "listed"
        case .failed, .notAttempted, .rolledBack, .timedOut: refusal?.code.rawValue ?? "?"
        }
    }

    var record: JSONValue {
        get throws {
            switch self {
            case .done(_, let record), .read(let record):
                record.isEmpty ? .null : try JSONParser.parse(record, limits: Limits())
            case .listed(let page, _):
                .array(try page.records.map { try JSONParser.parse($0, limits: Limits()) })
            case .failed, .notAttempted, .rolledBack, .timedOut: .null
            }
        }
    }
}
