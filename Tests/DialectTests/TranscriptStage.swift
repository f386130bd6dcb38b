import BulkModel
import Engine
import Formats
import Foundation
import GRDB
import StoreSQLite
import Synchronization

@testable import Dialects

/// Plays the requests of a transcript against the dialect over a SQLite file, with clock, ids and signatures fixed.
///
/// The bearer token is the tenant (`Bearer acme`), with scopes behind a colon if not all (`Bearer acme:read,query`).
/// Each request comes a second after the one before. `{upload_url}` is the address that was given out last. Instead
/// of a request an exchange may be something that happens between requests:
/// `! run` lets all closed jobs end, `! start JOB` begins a job that stays in progress, `! pass SECONDS` moves the
/// clock, `! sweep` does what the server does each minute.
final class TranscriptStage: Sendable {
    private let folder: URL
    private let store: SQLiteStore
    private let time = TranscriptTime()
    private let engine: BulkEngine
    private let routes: RouteTable
    private let uploadTarget = Mutex("")

    struct Unplayable: Error { var text: String }

    init(schema: String) throws {
        folder = URL.temporaryDirectory.appending(path: "breakbulk-transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let database = folder.appending(path: "data.db").path
        try DatabaseQueue(path: database).write { db in try db.execute(sql: schema) }
        let store = try SQLiteStore.open(path: database, limits: Limits())
        self.store = store
        engine = Self.engine(store, folder, time, rests: true)
        routes = RouteTable([
            BulkJobs(engine: engine, signer: PlainSigner(), clock: time.wall) { id throws(Refusal) in
                do {
                    return try await store.job(id)?.spec.tenant
                } catch {
                    throw Refusal(.internalError, "\(error)")
                }
            }
        ])
    }

    deinit {
        store.close()
        // Only a temporary folder is left behind when this fails.
        try? FileManager.default.removeItem(at: folder)
    }

    private static func engine(
        _ store: SQLiteStore, _ folder: URL, _ time: TranscriptTime, rests: Bool
    ) -> BulkEngine {
        BulkEngine(
            store: store, limits: Limits(), uploads: folder.appending(path: "uploads").path, rules: [:],
            clock: time.wall, timing: time.timing(rests: rests), makeDigest: { NoDigest() }, observe: { _ in }
        )
    }

    /// The exact answer to an exchange; for what is no request, what became of it.
    func play(_ text: String) async throws -> String {
        guard text.hasPrefix("! ") else { return try await answer(text) }
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

    private func answer(_ text: String) async throws -> String {
        time.pass(.seconds(1))
        let request = try TranscriptRequest(
            text.replacing("{upload_url}", with: uploadTarget.withLock { $0 }))
        guard case .route(let route, let parameters) = routes.match(request.method, path: request.path) else {
            throw Unplayable(text: text)
        }
        let call = Call(
            method: request.method, path: request.path, parameters: parameters,
            query: try QueryItems(parsing: request.query), headers: request.headers, caller: request.caller,
            body: OnePiece(bytes: request.body),
            baseURL: "http://\(request.headers["host"] ?? "localhost")", requestID: "r1", limits: Limits())
        switch await route.answer(call) {
        case .success(let answer): return try await render(answer)
        case .failure(let refusal):
            return try await render(ProblemAnswer.make(refusal, requestID: call.requestID))
        }
    }

    private func render(_ answer: Answer) async throws -> String {
        let body = Mutex<[UInt8]>([])
        switch answer.body {
        case .none: break
        case .bytes(let bytes): body.withLock { $0 = bytes }
        case .stream(let write): try await write { bytes in body.withLock { $0 += bytes } }
        }
        let text = String(decoding: body.withLock { $0 }, as: UTF8.self)
        if let match = text.firstMatch(of: /"upload_url": ?"http:\/\/[^\/]+(\/v1\/uploads\/[^"]+)"/) {
            uploadTarget.withLock { $0 = String(match.1) }
        }
        let lines = answer.headers.map { "\($0.name): \($0.value)\n" }.joined()
        return "HTTP/1.1 \(answer.status)\n\(lines)\n\(text)"
    }
}

/// Nobody looks at digests here.
private struct NoDigest: StreamDigest {
    mutating func update(_ bytes: [UInt8]) {}
    mutating func finalize() -> String { "-" }
}

/// A body that arrives at once.
private struct OnePiece: AsyncSequence, Sendable {
    let bytes: [UInt8]

    struct AsyncIterator: AsyncIteratorProtocol {
        var bytes: [UInt8]?

        mutating func next() async throws -> [UInt8]? {
            defer { bytes = nil }
            return bytes
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes.isEmpty ? nil : bytes) }
}
