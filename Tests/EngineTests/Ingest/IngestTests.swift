import BulkModel
import Formats
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Ingest")
struct IngestTests {
    private static func body(_ format: ContentFormat, _ count: Int) -> String {
        switch format {
        case .csv: EngineFixture.csv(count)
        case .ndjson: IngestFixture.lines(count)
        case .json:
            "[" + (1...count).map { "{\"id\":\($0),\"name\":\"name \($0)\"}" }.joined(separator: ",\n") + "]"
        }
    }

    @Test(
        "tells of every record once and in order, whatever the format and however the body is cut",
        arguments: ContentFormat.allCases, [1, 7, 64, .max])
    func formats(format: ContentFormat, size: Int) async throws {
        for (isCompressed, rests) in [(false, false), (true, false), (false, true), (true, true)] {
            let fixture = IngestFixture(rests: rests)
            var bytes = Array(Self.body(format, 47).utf8)
            if isCompressed { bytes = try Self.gzip(bytes) }
            let told = try await fixture.read(
                IngestFixture.pieces(bytes, size: size), IngestFixture.spec(.insert, format),
                compression: isCompressed ? .gzip : .none)
            #expect(told.error == nil)
            #expect(!told.isBroken)
            #expect(told.keys == (1...47).map(String.init))
            #expect(told.actions == Array(repeating: .created, count: 47))
            #expect(told.summary?.job.state == .jobComplete)
            #expect(told.summary?.job.counts.read == 47)
            #expect(told.summary?.stop == nil)
            #expect(told.progress.last?.record == 47)
            #expect(told.progress.last?.counts.succeeded == 47)
            #expect(fixture.rows.count == 47)
            #expect(fixture.stored(told.job)?.spec.source == .stream)
            #expect(fixture.stored(told.job)?.spec.tenant == TenantID("a"))
        }
    }

    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var deflater = Deflater()
        var packed: [UInt8] = []
        deflater.feed(bytes, into: &packed)
        deflater.finish(into: &packed)
        return packed
    }

    @Test("random cuts and rests change nothing", arguments: 0..<20)
    func randomCuts(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let fixture = IngestFixture(rests: seed % 2 == 0)
        let bytes = Array((EngineFixture.csv(60) + "\n\n").utf8)
        var pieces: [[UInt8]] = []
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + Int.random(in: 1...90, using: &random))
            pieces.append(Array(bytes[index..<end]))
            index = end
        }
        let told = try await fixture.read(Pieces(pieces), IngestFixture.spec(.upsert, .csv))
        #expect(told.error == nil && !told.isBroken && told.last == 60)
        #expect(fixture.rows.count == 60)
    }

    @Test(
        "a body without records completes at once",
        arguments: [
            ("", ContentFormat.ndjson), ("id,name\n", .csv), ("id,name", .csv), ("[]", .json),
            ("\n \n", .ndjson),
        ])
    func empty(text: String, format: ContentFormat) async throws {
        let fixture = IngestFixture()
        let told = try await fixture.read(
            IngestFixture.pieces(text), IngestFixture.spec(.insert, format))
        #expect(told.error == nil)
        #expect(told.records.isEmpty)
        #expect(told.summary?.job.state == .jobComplete)
        #expect(told.summary?.job.counts == JobCounts())
    }

    @Test("bad records are told among the good ones, those that are too large to be read included")
    func faults() async throws {
        let fixture = IngestFixture { $0.recordBytesMax = 200 }
        let long = String(repeating: "x", count: 100_000)
        let text =
            IngestFixture.lines(4) + "{\"id\":5,\"name\":}\n" + "{\"id\":6,\"name\":\"\(long)\"}\n"
            + "{\"id\":1,\"name\":\"again\"}\n" + IngestFixture.lines(3, from: 8)
        for size in [11, 4096] {
            let told = try await fixture.read(
                IngestFixture.pieces(text, size: size), IngestFixture.spec(size == 11 ? .insert : .upsert))
            #expect(told.error == nil && !told.isBroken && told.last == 10)
            #expect(told.faults[5] == .malformedRecord)
            #expect(told.faults[6] == .recordTooLarge)
            #expect(told.faults[7] == (size == 11 ? .duplicateKey : nil))
            #expect(told.keys[7] == "8")
            #expect(told.summary?.job.counts.failed == (size == 11 ? 3 : 2))
        }
    }

    @Test("a sender who waits for the outcome of each record before it sends the next one gets it")
    func slowSender() async throws {
        let fixture = IngestFixture(rests: true)
        let gates = (0...5).map { _ in Gate() }
        let pieces = (1...5).map { Array(IngestFixture.lines(1, from: $0).utf8) }
        let body = Pieces(pieces) { index in if index > 0 { await gates[index].wait() } }
        let told = try await fixture.read(body) { told in
            if told.progress.last?.record == told.last { gates[told.last].open() }
        }
        #expect(told.error == nil && !told.isBroken)
        #expect(told.progress.map(\.record) == [1, 2, 3, 4, 5])
    }

    @Test("a reader who reads nothing before everything is sent holds nothing up, and misses nothing")
    func lateReader() async throws {
        let fixture = IngestFixture()
        let isSent = Gate()
        let text = IngestFixture.lines(400)
        var body = IngestFixture.pieces(text, size: 100)
        let count = body.pieces.count
        body = Pieces(body.pieces) { index in if index == count - 1 { isSent.open() } }
        let told = try await fixture.read(body) { _ in await isSent.wait() }
        #expect(told.error == nil && !told.isBroken && told.last == 400)
        #expect(told.keys == (1...400).map(String.init))
        #expect(told.summary?.job.counts.succeeded == 400)
        #expect(told.progress.map(\.counts.processed) == told.progress.map(\.record))
    }

    @Test("an array that is not closed is told of behind the outcomes of its records")
    func malformedEnd() async throws {
        let fixture = IngestFixture()
        let told = try await fixture.read(
            IngestFixture.pieces("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"},", size: 5),
            IngestFixture.spec(.insert, .json))
        #expect(told.keys == ["1", "2"])
        #expect(told.refusal?.code == .uploadIncomplete)
        #expect(told.summary == nil)
        #expect(fixture.stored(told.job)?.state == .inProgress)
    }

    @Test("a body over the limit is told of behind the outcomes of what came before")
    func tooLong() async throws {
        let fixture = IngestFixture { $0.uploadBytesMax = 100 }
        let told = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(10), size: 10))
        #expect(told.keys == ["1", "2", "3", "4"])
        #expect(told.refusal?.code == .payloadTooLarge)
    }

    @Test("chunks have the wanted size, and a checkpoint comes with each", arguments: [1, 4, 7, 10])
    func chunkSize(records: Int) async throws {
        let fixture = IngestFixture()
        var options = StreamOptions()
        options.chunkRecords = records
        let told = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(30)), options: options)
        let full = stride(from: records, through: 30, by: records)
        #expect(told.progress.map(\.record) == Array(full))
        #expect(told.last == 30 && !told.isBroken)
    }

    @Test("a store that stops early goes on with the rest", arguments: [1, 2, 7])
    func earlyStop(most: Int) async throws {
        let fixture = IngestFixture()
        fixture.store.state.withLock { $0.applyMax = most }
        let told = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(33), size: 50))
        #expect(told.error == nil && !told.isBroken && told.last == 33)
        #expect(told.summary?.job.state == .jobComplete)
    }

    @Test("a dry run tells the same and changes nothing")
    func dryRun() async throws {
        let fixture = IngestFixture()
        var options = StreamOptions()
        options.isDryRun = true
        let told = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(20)), options: options)
        #expect(told.actions == Array(repeating: .created, count: 20))
        #expect(told.summary?.job.counts.created == 20)
        #expect(fixture.rows.isEmpty)
    }

    @Test("other operations work on the records that are there")
    func operations() async throws {
        let fixture = IngestFixture()
        _ = try await fixture.read(IngestFixture.pieces(IngestFixture.lines(5)))
        let updated = try await fixture.read(
            IngestFixture.pieces("{\"id\":2,\"name\":\"two\"}\n{\"id\":9,\"name\":\"nine\"}"),
            IngestFixture.spec(.update))
        #expect(updated.actions == [.updated, .error])
        #expect(updated.faults == [2: .recordNotFound])
        let deleted = try await fixture.read(
            IngestFixture.pieces("id\n1\n3\n"), IngestFixture.spec(.delete, .csv))
        #expect(deleted.actions == [.deleted, .deleted])
        #expect(fixture.rows.keys.sorted() == ["2", "4", "5"])
    }
}

/// The same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
