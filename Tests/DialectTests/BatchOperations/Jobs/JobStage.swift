import BulkModel
import Engine
import Formats
import Foundation
import GRDB
import StoreSQLite

@testable import Dialects

/// The job routes of spec 001 over a SQLite file with a table of items.
final class JobStage: Sendable {
    private let folder: URL
    private let store: SQLiteStore
    private let routes: RouteTable
    let engine: BulkEngine
    let time = TranscriptTime()
    let caller = Caller(credential: "key", tenant: TenantID("acme"), scopes: [.admin])

    /// What was answered.
    struct Reply {
        var status: Int
        var headers: [Header]
        var value: JSONValue

        /// The code of a refusal.
        var code: String? { value["error"]?["code"]?.string }
        /// Names of the members, in order.
        var names: [String] {
            guard case .object(let members) = value else { return [] }
            return members.map(\.name)
        }
    }

    init() throws {
        folder = URL.temporaryDirectory.appending(path: "breakbulk-jobs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let database = folder.appending(path: "data.db").path
        try DatabaseQueue(path: database).write { db in
            try db.execute(sql: "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        }
        store = try SQLiteStore.open(path: database, limits: Limits())
        engine = BulkEngine(
            store: store, limits: Limits(), uploads: folder.appending(path: "uploads").path, rules: [:],
            clock: time.wall, timing: time.timing(), makeDigest: { CountingDigest() }, observe: { _ in })
        routes = RouteTable([JobRoutes(engine: engine, signer: PlainSigner())])
    }

    deinit {
        store.close()
        // Only a temporary folder is left behind when this fails.
        try? FileManager.default.removeItem(at: folder)
    }

    func send(
        _ method: Dialects.Method, _ path: String, query: String = "", headers: [(String, String)] = [],
        body: String = "", by caller: Caller? = nil
    ) async throws -> Reply {
        time.pass(.seconds(1))
        guard case .route(let route, let parameters) = routes.match(method, path: path) else {
            return Reply(status: 404, headers: [], value: .null)
        }
        let call = Call(
            method: method, path: path, parameters: parameters, query: try QueryItems(parsing: query),
            headers: HeaderFields(headers), caller: caller ?? self.caller,
            body: HeldBody(bytes: Array(body.utf8)), baseURL: "http://localhost", requestID: "r1",
            limits: Limits())
        let answer: Answer =
            switch await route.answer(call) {
            case .success(let answer): answer
            case .failure(let refusal): route.envelope.answer(refusal, requestID: "r1")
            }
        guard case .bytes(let bytes) = answer.body else {
            return Reply(status: answer.status, headers: answer.headers, value: .null)
        }
        return Reply(
            status: answer.status, headers: answer.headers,
            value: try JSONParser.parse(bytes, limits: Limits()))
    }

    /// A job whose upload is in and that is closed.
    func job(_ text: String, options: JobOptions = JobOptions(), tenant: String = "acme") async throws -> Job
    {
        time.pass(.seconds(1))
        let caller = Caller(credential: "key", tenant: TenantID(tenant), scopes: [.admin])
        var spec = JobSpec(
            tenant: caller.tenant, dialect: "batch-operations", operation: .insert, table: "items")
        spec.options = options
        let job = try await engine.create(spec, by: caller)
        _ = try await engine.receive(
            HeldBody(bytes: Array(text.utf8)), into: job.id, compression: nil, bytesMax: .max)
        return try await engine.close(job.id, by: caller)
    }

    /// Lets the job end.
    func run(_ id: JobID) async throws {
        let runner = engine.makeRunner()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            _ = try await engine.wait(for: id, by: caller, atMost: .seconds(1))
            group.cancelAll()
        }
    }

    /// A job that has ended.
    func endedJob(_ text: String, options: JobOptions = JobOptions()) async throws -> Job {
        let job = try await job(text, options: options)
        try await run(job.id)
        return try await engine.job(job.id, for: caller)
    }
}

/// Tells bodies apart well enough for a test.
private struct CountingDigest: StreamDigest {
    private var sum: UInt64 = 14_695_981_039_346_656_037

    mutating func update(_ bytes: [UInt8]) {
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 1_099_511_628_211 }
    }

    mutating func finalize() -> String { String(sum, radix: 16) }
}
