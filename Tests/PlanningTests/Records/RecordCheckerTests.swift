import BulkModel
import Formats
import Testing

@testable import Planning

@Suite("Checking single records")
struct RecordCheckerTests {
    static let rules = TableRules(
        keyPrefix: "art_", tenantColumn: "tenant_id", required: ["title"],
        enumerations: ["kind": ["book", "film"]],
        status: StatusRule(column: "status", transitions: ["draft": ["live"]]),
        timestamps: TimestampRule(created: "created_at", updated: "updated_at"))

    static let table = TableDescription(
        name: "articles",
        columns: [
            column("id", nullable: false), column("title"), column("kind"),
            column("status", default: "'draft'"),
            column("pages", "INTEGER", nullable: false), column("price", "DECIMAL(5,2)"),
            column("cover", "BLOB"), column("words", "INTEGER", generated: true),
            column("created_at", "TIMESTAMP"), column("updated_at", "DATE"),
            column("tenant_id", nullable: false),
        ], primaryKey: ["id"])

    private let now = Timestamp(unixSeconds: 1_700_000_000)

    private func checker(_ change: RecordChange, rules: TableRules = Self.rules) throws -> RecordChecker {
        let catalog = Catalog(tables: [Self.table], rules: ["articles": rules])
        let target = try RecordPlanner.target("articles", tenant: TenantID("t"), catalog: catalog)
        return try RecordChecker(target, change, now: now, limits: Limits())
    }

    /// The bound values by column, as words; absent ones left out.
    private func words(
        _ change: RecordChange, _ body: [JSONValue.Member], key: RecordKey? = nil, freshKey: String? = nil
    ) throws -> [String: String] {
        let checker = try checker(change)
        var builder = RecordBatchBuilder(checker)
        builder.append(try checker.check(body, key: key, freshKey: freshKey).get())
        let (batch, _) = builder.finish()
        let words = batch.columns.indices.map { (batch.columns[$0].column.name, batch.words(0, $0)) }
        return Dictionary(uniqueKeysWithValues: words).filter { $0.value != "absent" }
    }

    private func refusal(
        _ change: RecordChange, _ body: [JSONValue.Member], key: RecordKey? = nil, freshKey: String? = "art_1"
    ) throws -> Refusal? {
        switch try checker(change).check(body, key: key, freshKey: freshKey) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    @Test("a new record gets its key and both times")
    func create() throws {
        let words = try words(
            .create, [.init("title", "T"), .init("Pages", 3), .init("cover", "AQI=")], freshKey: "art_1")
        #expect(
            words == [
                "id": "text art_1", "title": "text T", "pages": "int 3", "cover": "blob 0102",
                "created_at": "text 2023-11-14T22:13:20Z", "updated_at": "text 2023-11-14",
            ])
    }

    @Test("what the caller names is taken, its key and times too")
    func named() throws {
        let words = try words(
            .create,
            [
                .init("id", "mine"), .init("title", "T"), .init("pages", 1), .init("tenant_id", "t"),
                .init("created_at", "2020-01-01T00:00:00Z"), .init("price", .number("1.50")),
                .init("_note", 1),
            ], freshKey: "art_1")
        #expect(
            words == [
                "id": "text mine", "title": "text T", "pages": "int 1", "price": "text 1.50",
                "created_at": "text 2020-01-01T00:00:00Z", "updated_at": "text 2023-11-14",
            ])
    }

    @Test("a patch brings what it names, the key and the time of the change")
    func patch() throws {
        let words = try words(.patch, [.init("kind", nil), .init("id", "a")], key: .text("a"))
        #expect(words == ["id": "text a", "kind": "null", "updated_at": "text 2023-11-14"])
    }

    @Test("a replaced record loses what is not named, but for what the database or the server makes")
    func replace() throws {
        let words = try words(.replace, [.init("title", "T"), .init("pages", 2)], key: .text("a"))
        #expect(
            words == [
                "id": "text a", "title": "text T", "pages": "int 2", "kind": "null", "price": "null",
                "cover": "null", "updated_at": "text 2023-11-14",
            ])
    }

    @Test("all faulty fields are told, each with its code")
    func allFaults() throws {
        let refusal = try refusal(
            .create,
            [
                .init("titel", "T"), .init("kind", "song"), .init("pages", "many"),
                .init("price", .number("1.234")),
                .init("words", 5), .init("KIND", "book"), .init("tenant_id", "other"), .init("cover", "!"),
            ])
        #expect(refusal?.code == .validationError)
        #expect(
            refusal?.details.map(\.field) == [
                "titel", "kind", "pages", "price", "words", "KIND", "tenant_id", "cover", "title",
            ])
        #expect(
            refusal?.details.map(\.code) == [
                .unknownColumn, .invalidValue, .invalidValue, .invalidValue, .unknownColumn, .unknownColumn,
                .forbidden, .invalidValue, .missingValue,
            ])
        #expect(refusal?.details.first?.message.contains("did you mean \"title\"") == true)
    }

    @Test(
        "a fault alone has its own place and code",
        arguments: [
            (
                .create, [.init("title", "T"), .init("pages", 1), .init("tenant_id", "x")], nil, .forbidden,
                "tenant_id"
            ),
            (.create, [.init("title", nil), .init("pages", 1)], nil, .validationError, "title"),
            (.create, [.init("title", "T")], nil, .validationError, "pages"),
            (.replace, [.init("title", "T")], "a", .validationError, "pages"),
            (.patch, [.init("id", "b"), .init("kind", "book")], "a", .validationError, "id"),
            (.patch, [.init("title", nil)], "a", .validationError, "title"),
            (.patch, [], "a", .validationError, "body"),
            (.patch, [.init("id", "a"), .init("tenant_id", "t")], "a", .validationError, "body"),
        ] as [(RecordChange, [JSONValue.Member], String?, ErrorCode, String)])
    func oneFault(
        change: RecordChange, body: [JSONValue.Member], key: String?, code: ErrorCode, field: String
    ) throws {
        let refusal = try refusal(change, body, key: key.map { .text($0) })
        #expect(refusal?.code == code)
        #expect(refusal?.details.map(\.field) == [field])
    }

    @Test("without a prefix a new record must bring its key")
    func requiredKey() throws {
        #expect(
            try refusal(.create, [.init("title", "T"), .init("pages", 1)], freshKey: nil)?.details.map(
                \.field) == [
                    "id"
                ])
        #expect(
            try refusal(.create, [.init("id", nil), .init("title", "T"), .init("pages", 1)], freshKey: nil)?
                .details.map(\.field) == ["id"])
        #expect(try refusal(.create, [.init("id", nil), .init("title", "T"), .init("pages", 1)]) == nil)
    }

    @Test("records of one batch bring their own columns, the rest is absent")
    func heterogeneous() throws {
        let checker = try checker(.patch)
        var builder = RecordBatchBuilder(checker)
        builder.append(try checker.check([.init("kind", "book")], key: .text("first")).get())
        builder.append(
            try checker.check([.init("title", "äöü"), .init("cover", "/w==")], key: .text("second")).get())
        let (batch, plan) = builder.finish()
        #expect(plan.operation == .update)
        #expect(plan.key == ["id"])
        #expect(batch.columns.map(\.column.name) == ["id", "kind", "updated_at", "title", "cover"])
        #expect(
            (0..<5).map { batch.words(0, $0) } == [
                "text first", "text book", "text 2023-11-14", "absent", "absent",
            ])
        #expect(
            (0..<5).map { batch.words(1, $0) } == [
                "text second", "absent", "text 2023-11-14", "text äöü", "blob ff",
            ])
    }

    @Test("the status that a change sets is known, for the rules to judge by")
    func status() throws {
        let checker = try checker(.patch)
        let set = try checker.check([.init("status", "live")], key: .text("a")).get()
        let none = try checker.check([.init("kind", "book")], key: .text("a")).get()
        #expect(set.status == RecordRow.Status(text: "live"))
        #expect(none.status == nil)
        let judge = RecordJudge(checker.target)
        let record = { SelectedRecord(key: .text("a"), status: $0) }
        #expect(judge.judge(record("draft"), status: set.status) == nil)
        #expect(judge.judge(record("live"), status: set.status) == nil)
        #expect(judge.judge(record("dead"), status: set.status)?.code == .invalidStatusTransition)
        #expect(judge.judge(record("dead")) == nil)
    }

    @Test("of very many faults the first are told and the rest counted; hints have an end too")
    func manyFaults() throws {
        let body = (0..<150).map { JSONValue.Member("titel\($0)", 1) }
        let many = try #require(try refusal(.patch, body, key: .text("a")))
        #expect(many.code == .validationError)
        #expect(many.details.count == 100)
        #expect(many.message.hasSuffix(" And 140 more."))
        let slips = (0..<12).map { _ in JSONValue.Member("titel", 1) }
        let hinted = try #require(try refusal(.patch, slips, key: .text("a")))
        #expect(hinted.details.count == 12)
        #expect(hinted.details.filter { $0.message.contains("did you mean") }.count == 10)
    }

    @Test("a body with more members than a record may have columns is refused as a whole")
    func tooManyMembers() throws {
        let body = (0...Limits().columnsMax).map { JSONValue.Member("c\($0)", 1) }
        let over = try #require(try refusal(.patch, body, key: .text("a")))
        #expect(over.issue == "too_many_columns")
        #expect(over.details.map(\.field) == ["body"])
        #expect(try refusal(.patch, Array(body.dropLast()), key: .text("a"))?.issue == "unknown_columns")
    }

    @Test("too many bytes are refused")
    func tooLarge() throws {
        let text = String(repeating: "x", count: Limits().recordBytesMax)
        #expect(
            try refusal(.patch, [.init("title", .string(text))], key: .text("a"))?.code == .recordTooLarge)
    }
}
