import BulkModel
import Engine
import Formats
import Foundation
import GRDB
import Planning
import StoreSQLite
import Synchronization

@testable import Dialects

/// Plays the requests of a transcript against the dialects over a SQLite file, with clock, ids and signatures fixed.
///
/// The bearer token is the tenant (`Bearer acme`), with scopes behind a colon if not all (`Bearer acme:read,query`).
/// Each request comes a second after the one before. `{upload_url}` is the address that was given out last. Instead
/// of a request an exchange may be something that happens between requests:
/// `! run` lets all closed jobs end, `! start JOB` begins a job that stays in progress, `! pass SECONDS` moves the
/// clock, `! sweep` does what the server does each minute, `! sql STATEMENT` is somebody else at the database. A request
/// behind a line `! cut N` has a reader who goes after N pieces of the answer. `{cursor:N}` is the Nth cursor (from 1) of
/// the operation that began last, `{next_cursor}` that of the list that was given last.
final class TranscriptStage: Sendable {
    private let folder: URL
    private let store: SQLiteStore
    private let time = TranscriptTime()
    private let engine: BulkEngine
    private let routes: RouteTable
    private let database: String
    private let uploadTarget = Mutex("")
    private let cursors = Mutex<[String]>([])
    private let nextCursor = Mutex("")

    struct Unplayable: Error { var text: String }

    init(schema: String) throws {
        folder = URL.temporaryDirectory.appending(path: "breakbulk-transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = folder.appending(path: "data.db").path
        try DatabaseQueue(path: database).write { db in try db.execute(sql: schema) }
        let store = try SQLiteStore.open(path: database, limits: Limits())
        self.store = store
        engine = Self.engine(store, folder, time, rests: true)
        let signer = PlainSigner()
        let webhooks = WebhookIntake { $0 }
        routes = RouteTable([
            RecordRoutes(engine: engine, signer: signer),
            BatchRoutes(engine: engine, signer: signer, webhooks: webhooks),
            UpdateRoutes(engine: engine),
            ImportRoutes(engine: engine, webhooks: webhooks),
            JobRoutes(engine: engine, signer: signer),
            EventRoutes(engine: engine, signer: signer),
            ProgressRoutes(engine: engine, signer: signer, clock: time.wall),
            BulkProcess(engine: engine, signer: signer),
            BulkJobs(engine: engine, signer: signer, clock: time.wall) { id throws(Refusal) in
                do {
                    return try await store.job(id)?.spec.tenant
                } catch {
                    throw Refusal(.internalError, "\(error)")
                }
            },
        ])
    }

    deinit {
        store.close()
        // Only a temporary folder is left behind when this fails.
        try? FileManager.default.removeItem(at: folder)
    }

    /// As a configuration for the tables of spec 000 would say.
    private static var orders: TableRules {
        var rules = TableRules()
        rules.status = StatusRule(
            column: "status",
            transitions: ["PENDING": ["PROCESSING", "CANCELLED"], "PROCESSING": ["COMPLETED"]])
        rules.archive = MarkRule(column: "archived_at")
        rules.lock = MarkRule(column: "locked_until")
        return rules
    }

    /// As a configuration for the table of spec 001 would say.
    private static var resources: TableRules {
        var rules = TableRules()
        rules.keyPrefix = "res_"
        rules.enumerations = [
            "type": ["document", "image", "video"], "status": ["draft", "active", "published", "archived"],
        ]
        rules.softDelete = MarkRule(column: "deleted_at")
        rules.timestamps = TimestampRule(created: "created_at", updated: "updated_at")
        return rules
    }

    private static func engine(
        _ store: SQLiteStore, _ folder: URL, _ time: TranscriptTime, rests: Bool
    ) -> BulkEngine {
        BulkEngine(
            store: store, limits: Limits(), uploads: folder.appending(path: "uploads").path,
            rules: ["orders": orders, "resources": resources], clock: time.wall,
            timing: time.timing(rests: rests), makeDigest: { PlainDigest() }, observe: { _ in }
        )
    }

    /// The exact answer to an exchange; for what is no request, what became of it.
    func play(_ text: String) async throws -> String {
        guard text.hasPrefix("! ") else { return try await answer(text) }
        if let cut = text.prefixMatch(of: /! cut (\d+)\n/) {
            return try await answer(String(text[cut.range.upperBound...]), piecesMax: Int(cut.1))
        }
        if text.hasPrefix("! sql ") { return try query(String(text.dropFirst("! sql ".count))) }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        switch (words[1], words.count > 2 ? words[2] : nil) {
        case ("run", nil): try await run()
        case ("start", let id?):
            let change = JobMachine.change(.start, at: time.wall.now())
            _ = try await store.change(JobID(id), change).get()
        case ("pass", let seconds?): time.pass(.seconds(Int(seconds) ?? 0))
        case ("sweep", nil):
            // A sweeper that finds no rest ends after one round.
            try await Self.engine(store, folder, time, rests: false).makeSweeper().run()
        default: throw Unplayable(text: text)
        }
        return "! done\n"
    }

    /// Returns once every closed job has ended.
    private func run() async throws {
        let runner = engine.makeRunner()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            for job in try await store.jobs(JobFilter(states: [.uploadComplete, .inProgress], limit: 100)) {
                let caller = Caller(credential: "run", tenant: job.spec.tenant, scopes: [.admin])
                _ = try await engine.wait(for: job.id, by: caller, atMost: .seconds(1))
            }
            group.cancelAll()
        }
    }

    /// The rows, a line each.
    private func query(_ sql: String) throws -> String {
        try DatabaseQueue(path: database).write { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "NULL" : $0.storage.value.map { "\($0)" } ?? "" }
                    .joined(separator: "|") + "\n"
            }.joined()
        }
    }

    /// With what was handed out before in place of `{upload_url}` and `{cursor:N}`.
    private func filledIn(_ text: String) -> String {
        let text = text.replacing("{upload_url}", with: uploadTarget.withLock { $0 })
            .replacing("{next_cursor}", with: nextCursor.withLock { $0 })
        let cursors = cursors.withLock { $0 }
        return text.replacing(/\{cursor:(\d+)\}/) { match in
            let index = (Int(match.1) ?? 0) - 1
            return cursors.indices.contains(index) ? cursors[index] : "-"
        }
    }

    private func answer(_ text: String, piecesMax: Int? = nil) async throws -> String {
        time.pass(.seconds(1))
        let request = try TranscriptRequest(filledIn(text))
        let route: Route
        let parameters: [String: String]
        switch routes.match(request.method, path: request.path) {
        case .route(let found, let placeholders): (route, parameters) = (found, placeholders)
        case .otherMethods(let methods, _):
            return "! takes \(methods.map(\.rawValue).joined(separator: ", "))\n"
        case .none: return "! nothing there\n"
        }
        let call = Call(
            method: request.method, path: request.path, parameters: parameters,
            query: try QueryItems(parsing: request.query), headers: request.headers, caller: request.caller,
            body: HeldBody(bytes: request.body),
            baseURL: "http://\(request.headers["host"] ?? "localhost")", requestID: "r1", limits: Limits())
        switch await route.answer(call) {
        case .success(let answer): return try await render(answer, piecesMax: piecesMax)
        case .failure(let refusal):
            return try await render(route.envelope.answer(refusal, requestID: call.requestID))
        }
    }

    private func render(_ answer: Answer, piecesMax: Int? = nil) async throws -> String {
        let text = await body(answer.body, piecesMax: piecesMax)
        if let match = text.firstMatch(of: /"upload_url": ?"http:\/\/[^\/]+(\/v1\/uploads\/[^"]+)"/) {
            uploadTarget.withLock { $0 = String(match.1) }
        }
        if let match = text.firstMatch(of: /"next_cursor": ?"([^"]+)"/) {
            nextCursor.withLock { $0 = String(match.1) }
        }
        let given = text.matches(of: /"cursor":"([^"]+)"/).map { String($0.1) }
        cursors.withLock { known in
            if text.contains("\"totalRecords\"") { known = [] }
            for cursor in given where !known.contains(cursor) { known.append(cursor) }
        }
        let lines = answer.headers.map { "\($0.name): \($0.value)\n" }.joined()
        return "HTTP/1.1 \(answer.status)\n\(lines)\n\(text)"
    }

    /// What the reader has at the end, and a line about how it ended unless that was well.
    private func body(_ body: Answer.Body, piecesMax: Int?) async -> String {
        let taken = Mutex<(bytes: [UInt8], pieces: Int)>(([], 0))
        var ending = ""
        switch body {
        case .none: break
        case .bytes(let bytes): taken.withLock { $0.bytes = bytes }
        case .stream(let write):
            do {
                try await write { bytes in
                    try taken.withLock { taken in
                        guard taken.pieces < piecesMax ?? .max else { throw Unplayable(text: "gone") }
                        taken.bytes += bytes
                        taken.pieces += 1
                    }
                }
            } catch is Unplayable {
                ending = "! the reader has gone\n"
            } catch {
                ending = "! broken off\n"
            }
        }
        return String(decoding: taken.withLock { $0.bytes }, as: UTF8.self) + ending
    }
}
