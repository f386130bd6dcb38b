import BulkModel
import Formats
import Foundation
import Planning
import Synchronization
import Testing

@testable import Engine

@Suite("Intake")
struct IntakeTests {
    private func refusal(_ body: () async throws -> Void) async -> Refusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    private func hasPart(_ job: Job, _ fixture: EngineFixture) -> Bool {
        fixture.files(of: job).contains { $0.hasPrefix("upload.part") }
    }

    @Test(
        "stores the upload byte for byte, with its shape, digest and record count", arguments: [1, 7, 4096])
    func stores(pieceSize: Int) async throws {
        let fixture = try EngineFixture()
        let text = EngineFixture.csv(30)
        let job = try await fixture.create()
        let bytes = Array(text.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: pieceSize).map {
            Array(bytes[$0..<min($0 + pieceSize, bytes.count)])
        }
        let uploaded = try await fixture.engine.receive(
            Pieces(pieces), into: job.id, compression: nil, bytesMax: 1 << 20)
        #expect(uploaded.state == .open)
        #expect(uploaded.counts.read == 30)
        #expect(uploaded.upload?.byteCount == bytes.count)
        #expect(uploaded.upload?.digest == "length-\(bytes.count)")
        #expect(uploaded.upload?.header == ["id", "name"])
        #expect(uploaded.upload?.delimiter == UInt8(ascii: ","))
        let stored = try String(
            contentsOfFile: fixture.engine.core.folder.upload(of: job.id), encoding: .utf8)
        #expect(stored == text)
        #expect(!hasPart(job, fixture))
    }

    @Test("saves segments in pages of a thousand that follow on each other")
    func savesPages() async throws {
        let fixture = try EngineFixture { $0.segmentRecordsMax = 1 }
        let job = try await fixture.create()
        let text = Array(EngineFixture.csv(2500).utf8)
        let pieces = stride(from: 0, to: text.count, by: 5000).map {
            Array(text[$0..<min($0 + 5000, text.count)])
        }
        _ = try await fixture.engine.receive(
            Pieces(pieces), into: job.id, compression: nil, bytesMax: 1 << 20)
        let pages = fixture.store.state.withLock { $0.pages.values.first ?? [] }
        #expect(pages.map(\.firstRecord) == [1, 1001, 2001])
        #expect(pages.map(\.recordCount) == [1000, 1000, 500])
    }

    @Test("unpacks gzip, by the job's word or the request's", arguments: [true, false])
    func unpacks(bySpec: Bool) async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create(compression: bySpec ? .gzip : .none)
        var packed: [UInt8] = []
        var deflater = Deflater()
        deflater.feed(Array(EngineFixture.csv(500).utf8), into: &packed)
        deflater.finish(into: &packed)
        let uploaded = try await fixture.engine.receive(
            Pieces([Array(packed.prefix(9)), Array(packed.dropFirst(9))]), into: job.id,
            compression: bySpec ? nil : .gzip, bytesMax: 1 << 20)
        #expect(uploaded.counts.read == 500)
        #expect(uploaded.upload?.byteCount == EngineFixture.csv(500).utf8.count)
    }

    @Test("refuses a bad header while the sender still sends")
    func refusesHeaders() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create()
        let body = Pieces([Array("id,nmae\n1,".utf8)] + Array(repeating: [UInt8(ascii: "x")], count: 10)) {
            index in
            #expect(index < 2, "pieces are pulled after the refusal")
        }
        let refusal = await refusal {
            _ = try await fixture.engine.receive(body, into: job.id, compression: nil, bytesMax: 1 << 20)
        }
        #expect(refusal?.code == .unknownColumn)
        #expect(!hasPart(job, fixture))
        try await fixture.upload([EngineFixture.csv(3)], to: job)
        #expect(fixture.stored(job).counts.read == 3)
    }

    @Test("a cut-short upload leaves the job open and no file; the next one takes its place")
    func survivesCuts() async throws {
        struct Broken: Error {}
        let fixture = try EngineFixture()
        let job = try await fixture.create()
        let cases: [(any Error, ErrorCode)] = [
            (Broken(), .uploadIncomplete), (CancellationError(), .uploadIncomplete),
            (Refusal(.requestTimeout, "slow"), .requestTimeout),
        ]
        for (error, code) in cases {
            let body = Pieces([Array(EngineFixture.csv(2000).utf8)], failure: error)
            let refusal = await refusal {
                _ = try await fixture.engine.receive(body, into: job.id, compression: nil, bytesMax: 1 << 20)
            }
            #expect(refusal?.code == code)
            #expect(fixture.stored(job).state == .open)
            #expect(fixture.stored(job).upload == nil)
            #expect(!hasPart(job, fixture))
        }
        try await fixture.upload([EngineFixture.csv(5)], to: job)
        #expect(fixture.stored(job).counts.read == 5)
    }

    @Test("bounds the body as sent, and what it unpacks to")
    func boundsBodies() async throws {
        let fixture = try EngineFixture { $0.uploadBytesMax = 2000 }
        let job = try await fixture.create()
        for (count, bytesMax, issue) in [(50, 100, "body_bytes"), (500, 1 << 20, "upload_bytes")] {
            let body = Pieces([Array(EngineFixture.csv(count).utf8)])
            let refusal = await refusal {
                _ = try await fixture.engine.receive(body, into: job.id, compression: nil, bytesMax: bytesMax)
            }
            #expect(refusal?.code == .payloadTooLarge)
            #expect(refusal?.issue == issue)
        }
    }

    @Test("what is unreadable as a whole is refused with its place")
    func refusesUnreadable() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create(format: .json)
        for (text, code) in [("[{\"id\":1}", ErrorCode.uploadIncomplete), ("nonsense", .invalidRequest)] {
            let refusal = await refusal { _ = try await fixture.upload([text], to: job) }
            #expect(refusal?.code == code)
            #expect(refusal?.details.first?.position != nil)
        }
    }

    @Test("takes one upload at a time, and only one at all")
    func refusesSecond() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create()
        let body = Pieces([Array(EngineFixture.csv(1).utf8)]) { _ in
            let refusal = await refusal { _ = try await fixture.upload(["id,name\n"], to: job) }
            #expect(refusal?.issue == "upload_in_progress")
        }
        _ = try await fixture.engine.receive(body, into: job.id, compression: nil, bytesMax: 1 << 20)
        let second = await refusal { _ = try await fixture.upload(["id,name\n"], to: job) }
        #expect(second?.code == .jobStateConflict)
        #expect(second?.issue == "upload_exists")
        let checked = await refusal {
            _ = try await fixture.engine.checkUploadable(job.id, for: fixture.caller)
        }
        #expect(checked?.issue == "upload_exists")
    }

    @Test("bad records never refuse the upload")
    func takesBadRecords() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.create()
        try await fixture.upload(["id,name\n1,\"open\n2,b,c,d\n\u{0}\n"], to: job)
        #expect(fixture.stored(job).counts.read == 3)
    }
}
