import BulkModel
import Engine
import Formats
import Foundation
import GRDB
import StoreSQLite
import Synchronization

@testable import Dialects

/// Sends imports to the dialect over a SQLite file with a table of resources, as spec 001 has it.
final class ImportStage: Sendable {
    private let folder: URL
    private let store: SQLiteStore
    private let database: String
    private let limits: Limits
    private let routes: RouteTable
    let engine: BulkEngine
    let caller = Caller(credential: "key", tenant: TenantID("acme"), scopes: [.admin])

    /// What was answered.
    struct Reply {
        var status: Int
        var headers: [Header]
        var text: String

        /// The `error` of a refusal.
        var error: JSONValue? { value["error"] }
        var code: String? { error?["code"]?.string }
        var value: JSONValue { (try? JSONParser.parse(Array(text.utf8), limits: Limits())) ?? .null }
        /// Fields that the refusal names.
        var fields: [String] { error?["details"]?.array?.compactMap { $0["field"]?.string } ?? [] }
        var message: String { error?["message"]?.string ?? "" }
    }

    init(limits: Limits = Limits()) throws {
        self.limits = limits
        folder = URL.temporaryDirectory.appending(path: "breakbulk-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = folder.appending(path: "data.db").path
        try DatabaseQueue(path: database).write { db in
            try db.execute(
                sql: """
                    CREATE TABLE resources (
                        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, status TEXT,
                        metadata TEXT)
                    """)
        }
        store = try SQLiteStore.open(path: database, limits: limits)
        let time = TranscriptTime()
        engine = BulkEngine(
            store: store, limits: limits, uploads: folder.appending(path: "uploads").path, rules: [:],
            clock: time.wall, timing: time.timing(), makeDigest: { NoDigest() }, observe: { _ in })
        let webhooks = WebhookIntake(limits: limits) { $0.reversed() }
        routes = RouteTable([
            ImportRoutes(engine: engine, webhooks: webhooks),
            BulkJobs(engine: engine, signer: PlainSigner(), clock: time.wall) { _ throws(Refusal) in nil },
        ])
    }

    deinit {
        store.close()
        // Only a temporary folder is left behind when this fails.
        try? FileManager.default.removeItem(at: folder)
    }

    /// The answer to a POST whose body comes in these pieces.
    func post(_ path: String, _ headers: [(String, String)], _ body: ByteSequence) async throws -> Reply {
        guard case .route(let route, let parameters) = routes.match(.post, path: path) else {
            return Reply(status: 404, headers: [], text: "")
        }
        let call = Call(
            method: .post, path: path, parameters: parameters, headers: HeaderFields(headers), caller: caller,
            body: body, baseURL: "http://localhost", requestID: "r1", limits: limits)
        let answer: Answer =
            switch await route.answer(call) {
            case .success(let answer): answer
            case .failure(let refusal): route.envelope.answer(refusal, requestID: "r1")
            }
        guard case .bytes(let bytes) = answer.body else { return Reply(status: 0, headers: [], text: "") }
        return Reply(
            status: answer.status, headers: answer.headers, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Imports a form of these parts, sent in pieces of so many bytes.
    func importForm(
        _ parts: [FormPart], pieceBytes: Int = 7, headers: [(String, String)] = []
    ) async throws -> Reply {
        try await post(
            "/v1/import/resources", [("Content-Type", "multipart/form-data; boundary=XX")] + headers,
            BodyInPieces(FormPart.form(parts), bytes: pieceBytes))
    }

    /// Sends records in a JSON body.
    func bulk(_ body: String, pieceBytes: Int = 5) async throws -> Reply {
        try await post(
            "/v1/bulk/resources", [("Content-Type", "application/json")],
            BodyInPieces(Array(body.utf8), bytes: pieceBytes))
    }

    /// The newest job.
    func job() async throws -> Job? {
        try await engine.jobs(for: caller, state: nil, limit: 1, after: nil).jobs.first
    }

    /// Lets every closed job end; gives the newest one.
    func run() async throws -> Job? {
        let runner = engine.makeRunner()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            defer { group.cancelAll() }
            guard let job = try await job() else { return nil }
            return try await engine.wait(for: job.id, by: caller, atMost: .seconds(1))
        }
    }

    /// The rows, a line each.
    func rows(_ sql: String = "SELECT name, type, status, metadata FROM resources ORDER BY name") throws
        -> [String]
    {
        try DatabaseQueue(path: database).read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "NULL" : $0.storage.value.map { "\($0)" } ?? "" }
                    .joined(separator: "|")
            }
        }
    }
}

/// Nobody looks at digests here.
private struct NoDigest: StreamDigest {
    mutating func update(_ bytes: [UInt8]) {}
    mutating func finalize() -> String { "-" }
}
