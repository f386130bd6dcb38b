import BulkModel
import Foundation
import Planning
import Synchronization

@testable import Engine

/// An engine over a store in memory, with a folder of its own and clocks that the test sets.
final class EngineFixture: Sendable {
    let store: MemoryStore
    /// The engine's own way to the store when it is one of several nodes.
    let node: NodeStore?
    let engine: BulkEngine
    let place: TemporaryFolder
    let time: ManualTime
    let observed = Mutex<[Observation]>([])
    let caller = Caller(credential: "key", tenant: TenantID("a"), scopes: [.admin])

    var folder: URL { place.url }

    /// The only engine of its store.
    convenience init(_ adjust: (inout Limits) -> Void = { _ in }) throws {
        try self.init(
            store: MemoryStore(tables: [Self.items]), node: nil, place: TemporaryFolder(), time: ManualTime(),
            adjust)
    }

    /// Engines that share a store, a folder and the time.
    static func nodes(
        _ count: Int, tables: [TableDescription] = [items], _ adjust: (inout Limits) -> Void = { _ in }
    ) throws -> [EngineFixture] {
        let store = MemoryStore(tables: tables)
        let place = try TemporaryFolder()
        let time = ManualTime()
        return try (0..<count).map { number in
            try EngineFixture(
                store: store, node: NodeStore(store, number: number), place: place, time: time, adjust)
        }
    }

    private init(
        store: MemoryStore, node: NodeStore?, place: TemporaryFolder, time: ManualTime,
        _ adjust: (inout Limits) -> Void
    ) throws {
        var limits = Limits()
        limits.segmentRecordsMax = 10
        limits.chunkRecordsMin = 10
        adjust(&limits)
        (self.store, self.node, self.place, self.time) = (store, node, place, time)
        let sink = Sink()
        engine = BulkEngine(
            store: node ?? store, limits: limits, uploads: place.url.path, rules: [:],
            clock: WallClock { time.wall }, timing: time.timing,
            makeDigest: { LengthDigest() }, observe: { sink.add($0) })
        sink.target.withLock { $0 = { [weak self] in self?.note($0) } }
    }

    /// Names of the files in the job's folder.
    func files(of job: Job) -> [String] {
        // No folder, no files.
        (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: job.id.text).path)) ?? []
    }

    private func note(_ observation: Observation) { observed.withLock { $0.append(observation) } }

    /// `items`: an automatic whole-number key and a required name.
    static let items = TableDescription(
        name: "items",
        columns: [
            ColumnDescription(
                name: "id", declaredType: "INTEGER", type: .integer(min: .min, max: .max), isAutomatic: true),
            ColumnDescription(
                name: "name", declaredType: "TEXT", type: .text(lengthMax: nil), isNullable: false),
        ], primaryKey: ["id"])

    /// A job of the tenant, open.
    func create(
        _ operation: BulkModel.Operation = .insert, tenant: String = "a", format: ContentFormat = .csv,
        compression: Compression = .none, chunkRecords: Int? = nil, options: JobOptions = JobOptions()
    ) async throws -> Job {
        var spec = JobSpec(
            tenant: TenantID(tenant), dialect: "bulk-jobs", operation: operation, table: "items",
            format: format,
            compression: compression, chunkRecords: chunkRecords)
        spec.options = options
        return try await engine.create(spec, by: self.caller(tenant))
    }

    func caller(_ tenant: String) -> Caller {
        Caller(credential: "key", tenant: TenantID(tenant), scopes: [.admin])
    }

    /// Sends the pieces as the job's upload.
    @discardableResult
    func upload(_ pieces: [String], to job: Job) async throws -> Job {
        try await engine.receive(
            Pieces(pieces.map { Array($0.utf8) }), into: job.id, compression: nil, bytesMax: 1 << 30)
    }

    /// A job whose upload is in and that is closed.
    func closedJob(
        _ text: String, _ operation: BulkModel.Operation = .insert, tenant: String = "a",
        format: ContentFormat = .csv, chunkRecords: Int? = nil, options: JobOptions = JobOptions()
    ) async throws -> Job {
        let job = try await create(
            operation, tenant: tenant, format: format, chunkRecords: chunkRecords, options: options)
        try await upload([text], to: job)
        return try await engine.close(job.id, by: caller(tenant))
    }

    /// The job as the store has it, without counting as a call.
    func stored(_ job: Job) -> Job { store.state.withLock { $0.jobs[job.id] } ?? job }

    /// The names of a job's results, as text.
    func results(_ job: Job, _ request: ResultRequest = ResultRequest()) async throws -> String {
        let stream = try await engine.results(of: job.id, for: caller(job.spec.tenant.text), request)
        let bytes = Mutex<[UInt8]>([])
        try await stream.write { piece in bytes.withLock { $0 += piece } }
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }

    /// `id,name` lines numbered from `first`.
    static func csv(_ count: Int, from first: Int = 1) -> String {
        "id,name\n" + (first..<first + count).map { "\($0),name \($0)\n" }.joined()
    }
}

/// A folder that is there as long as somebody needs it.
final class TemporaryFolder: Sendable {
    let url = URL.temporaryDirectory.appending(path: "breakbulk-test-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit {
        // Only a temporary folder is left behind when this fails.
        try? FileManager.default.removeItem(at: url)
    }
}

/// Where observations go once the fixture is there to take them.
private final class Sink: Sendable {
    let target = Mutex<(@Sendable (Observation) -> Void)?>(nil)

    func add(_ observation: Observation) { target.withLock { $0 }?(observation) }
}

/// Clocks that stand until a test moves them; nothing ever sleeps.
final class ManualTime: Sendable {
    private let state = Mutex((elapsed: Duration.zero, wall: Timestamp(unixSeconds: 1_800_000_000)))
    private let seed = Mutex<UInt64>(0x9E37_79B9_7F4A_7C15)

    /// Whether a sleep moves the clocks to its end and returns, instead of lasting.
    let sleepsPass = Mutex(false)

    var wall: Timestamp { state.withLock { $0.wall } }

    /// Moves both clocks.
    func advance(_ duration: Duration) {
        state.withLock { state in
            state.elapsed += duration
            state.wall = state.wall + duration
        }
    }

    /// Moves the wall clock only, back too.
    func setWall(_ time: Timestamp) { state.withLock { $0.wall = time } }

    /// Unless `sleepsPass`, `sleep` lasts until the task is cancelled, so whatever needs a timer to go on hangs.
    var timing: EngineTiming {
        EngineTiming(
            elapsed: { self.state.withLock { $0.elapsed } },
            sleep: { duration in
                if self.sleepsPass.withLock({ $0 }) {
                    try Task.checkCancellation()
                    return self.advance(duration)
                }
                let (stream, continuation) = AsyncStream<Void>.makeStream()
                for await _ in stream {}
                continuation.finish()
                throw CancellationError()
            },
            random: {
                self.seed.withLock { seed in
                    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return seed
                }
            })
    }
}

/// Not a digest, but enough to see that all bytes went by.
struct LengthDigest: StreamDigest {
    private var count = 0

    mutating func update(_ bytes: [UInt8]) { count += bytes.count }
    mutating func finalize() -> String { "length-\(count)" }
}

/// A body in pieces that may end with an error.
struct Pieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let pieces: [[UInt8]]
    let failure: (any Error)?
    /// Called before each piece is given.
    let before: (@Sendable (Int) async -> Void)?

    init(
        _ pieces: [[UInt8]], failure: (any Error)? = nil, before: (@Sendable (Int) async -> Void)? = nil
    ) {
        self.pieces = pieces
        self.failure = failure
        self.before = before
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: Pieces
        var index = 0

        mutating func next() async throws -> [UInt8]? {
            guard index < body.pieces.count else {
                if let failure = body.failure { throw failure }
                return nil
            }
            await body.before?(index)
            index += 1
            return body.pieces[index - 1]
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}
