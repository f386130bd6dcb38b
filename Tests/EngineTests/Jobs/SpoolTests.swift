import BulkModel
import Foundation
import Synchronization
import Testing

@testable import Engine

@Suite("Spooled bodies")
struct SpoolTests {
    private func names(_ fixture: EngineFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
    }

    @Test("give back what came, and leave no file behind")
    func givesBack() async throws {
        let fixture = try EngineFixture()
        let pieces = (0..<100).map { number in Array(repeating: UInt8(number), count: 3000) }
        let spooled = try await fixture.engine.spool(Pieces(pieces), bytesMax: .max)
        #expect(spooled.byteCount == 300_000)
        #expect(try names(fixture).isEmpty)
        for _ in 1...2 {
            var bytes: [UInt8] = []
            for try await piece in spooled.bytes { bytes += piece }
            #expect(bytes == pieces.flatMap { $0 })
        }
        await spooled.remove()
        await #expect(throws: FileError.self) {
            for try await _ in spooled.bytes {}
        }
    }

    @Test("are refused over their bound, and when they are cut short")
    func refuses() async throws {
        let fixture = try EngineFixture { $0.uploadBytesMax = 1000 }
        let piece = [UInt8](repeating: 1, count: 600)
        for bytesMax in [1199, Int.max] {
            await #expect {
                _ = try await fixture.engine.spool(Pieces([piece, piece]), bytesMax: bytesMax)
            } throws: {
                ($0 as? Refusal)?.code == .payloadTooLarge
            }
        }
        await #expect {
            _ = try await fixture.engine.spool(Pieces([piece], failure: CancellationError()), bytesMax: 1000)
        } throws: {
            ($0 as? Refusal)?.code == .uploadIncomplete
        }
        #expect(try names(fixture).isEmpty)
    }

    @Test("what a crash left of them is swept; answers kept too long as well")
    func sweeps() async throws {
        let fixture = try EngineFixture()
        try Data("left".utf8).write(to: fixture.folder.appending(path: "spool-abc"))
        let key = ReplyKey(tenant: TenantID("a"), digest: "k")
        try await fixture.store.save(
            StoredReply(
                key: key, fingerprint: "f", status: 200, headers: [], body: [],
                createdAt: fixture.time.wall))
        let sweeper = fixture.engine.makeSweeper()
        await sweeper.sweep()
        #expect(try names(fixture).isEmpty)
        #expect(fixture.store.state.withLock { $0.replies[key] } != nil)
        fixture.time.advance(.seconds(24 * 3600 + 1))
        await sweeper.sweep()
        #expect(fixture.store.state.withLock { $0.replies[key] } == nil)
    }

    @Test("a name is held by one task at a time, on this node and on others", arguments: [false, true])
    func locks(isShared: Bool) async throws {
        let fixtures = isShared ? try EngineFixture.nodes(2) : [try EngineFixture()]
        let name = NodeLockName.reply(ReplyKey(tenant: TenantID("a"), digest: "k"))
        let other = NodeLockName.reply(ReplyKey(tenant: TenantID("b"), digest: "k"))
        let first = try await fixtures[0].engine.core.holding(name) { _ in
            for fixture in fixtures {
                let second = try await fixture.engine.core.holding(name) { _ in 2 }
                #expect(second == nil)
                let third = try await fixture.engine.core.holding(other) { _ in 3 }
                #expect(third == 3)
            }
            return 1
        }
        #expect(first == 1)
        #expect(try await fixtures[0].engine.core.holding(name) { _ in 4 } == 4)
        await #expect(throws: CancellationError.self) {
            try await fixtures[0].engine.core.holding(name) { _ in throw CancellationError() }
        }
        #expect(try await fixtures[0].engine.core.holding(name) { _ in 5 } == 5)
    }
}
