import BulkModel
import Planning
import Synchronization

@testable import Engine

/// An engine over a store in memory for streams of given records; rests of the body are as long as the test wants.
final class IngestFixture: Sendable {
    let store: MemoryStore
    let engine: BulkEngine
    let caller = Caller(credential: "key", tenant: TenantID("a"), scopes: [.admin])

    /// With `rests` a body rests as soon as nothing of it is there; else it never does.
    /// `lost`: number of the store call whose answer is lost.
    init(rests: Bool = false, lost: Int? = nil, _ adjust: (inout Limits) -> Void = { _ in }) {
        var limits = Limits()
        limits.segmentRecordsMax = 3
        limits.chunkRecordsMin = 5
        limits.streamChunkRecordsMax = 10
        adjust(&limits)
        let store = MemoryStore(tables: [EngineFixture.items])
        self.store = store
        let time = ManualTime()
        var timing = time.timing
        let endless = timing.sleep
        timing.sleep = { duration in
            guard duration == IngestDriver.pause else {
                time.advance(duration)
                return await Task.yield()
            }
            guard !rests else { return await Task.yield() }
            try await endless(duration)
        }
        engine = BulkEngine(
            store: lost.map { ForgetfulStore(store, lost: $0) } ?? store, limits: limits, uploads: "/nowhere",
            rules: [:], clock: WallClock { time.wall },
            timing: timing, makeDigest: { LengthDigest() }, observe: { _ in })
    }

    /// What the caller asks for.
    static func spec(
        _ operation: BulkModel.Operation = .insert, _ format: ContentFormat = .ndjson, table: String = "items"
    ) -> JobSpec {
        JobSpec(
            tenant: TenantID("nobody"), dialect: "bulk-process", operation: operation, table: table,
            format: format)
    }

    /// Begins or goes on, in pieces of the body.
    func open(
        _ body: Pieces, _ spec: JobSpec = spec(), options: StreamOptions = StreamOptions(),
        compression: Compression = .none, resuming: (id: JobID, behind: Int)? = nil
    ) async throws -> OutcomeStream {
        try await engine.ingest(
            spec, body, compression: compression, options: options, resuming: resuming, by: caller)
    }

    /// Begins or goes on, and reads everything; the error that broke it off is with what was read.
    func read(
        _ body: Pieces, _ spec: JobSpec = spec(), options: StreamOptions = StreamOptions(),
        compression: Compression = .none, resuming: (id: JobID, behind: Int)? = nil,
        _ hook: @escaping @Sendable (Told) async throws -> Void = { _ in }
    ) async throws -> Told {
        let stream = try await open(
            body, spec, options: options, compression: compression, resuming: resuming)
        return await Told.reading(stream, hook)
    }

    /// The job as the store has it, without counting as a call.
    func stored(_ id: JobID) -> Job? { store.state.withLock { $0.jobs[id] } }

    var rows: [String: [String?]] { store.state.withLock { $0.rows["items"] ?? [:] } }

    /// `{"id":1,"name":"name 1"}` lines numbered from `first`.
    static func lines(_ count: Int, from first: Int = 1) -> String {
        (first..<first + count).map { "{\"id\":\($0),\"name\":\"name \($0)\"}\n" }.joined()
    }

    /// Cuts of the text, each of so many bytes.
    static func pieces(_ text: String, size: Int = .max, failure: (any Error)? = nil) -> Pieces {
        pieces(Array(text.utf8), size: size, failure: failure)
    }

    static func pieces(_ bytes: [UInt8], size: Int = .max, failure: (any Error)? = nil) -> Pieces {
        let step = min(size, max(1, bytes.count))
        return Pieces(
            stride(from: 0, to: bytes.count, by: step).map { Array(bytes[$0..<min($0 + step, bytes.count)]) },
            failure: failure)
    }
}

/// Why a body or a reader is gone.
struct Gone: Error, Hashable {}
