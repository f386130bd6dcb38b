import BulkModel
import Foundation
import Testing

@testable import Engine

@Suite("Sweeper")
struct SweeperTests {
    private func exists(_ job: Job, _ fixture: EngineFixture) -> Bool {
        FileManager.default.fileExists(atPath: fixture.folder.appending(path: job.id.text).path)
    }

    @Test("fails jobs that outlived their lifetime, in any state that has not ended")
    func expires() async throws {
        let fixture = try EngineFixture()
        let sweeper = fixture.engine.makeSweeper()
        let open = try await fixture.create()
        let closed = try await fixture.closedJob(EngineFixture.csv(3))
        fixture.time.advance(.seconds(24 * 3600 - 1))
        let young = try await fixture.create()
        await sweeper.sweep()
        #expect(fixture.stored(open).state == .open)
        fixture.time.advance(.seconds(2))
        await sweeper.sweep()
        for job in [open, closed] {
            #expect(fixture.stored(job).state == .failed)
            #expect(fixture.stored(job).reason?.code == .jobExpired)
        }
        #expect(fixture.stored(closed).counts.unprocessed == 3)
        #expect(fixture.stored(young).state == .open)
    }

    @Test("removes what is kept no longer, and keeps the rest")
    func sweeps() async throws {
        let fixture = try EngineFixture()
        let sweeper = fixture.engine.makeSweeper()
        let old = try await fixture.closedJob(EngineFixture.csv(3))
        await RunnerTests.run(old, in: fixture)
        fixture.time.advance(.seconds(7 * 24 * 3600 - 1))
        let fresh = try await fixture.closedJob(EngineFixture.csv(3, from: 100))
        await RunnerTests.run(fresh, in: fixture)
        await sweeper.sweep()
        #expect(!fixture.stored(old).isSwept)
        fixture.time.advance(.seconds(2))
        await sweeper.sweep()
        #expect(fixture.stored(old).isSwept)
        #expect(!exists(old, fixture))
        #expect(!fixture.stored(fresh).isSwept)
        #expect(exists(fresh, fixture))
    }

    @Test("removes nothing before its time when the clock was set back")
    func toleratesAClockSetBack() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(3))
        await RunnerTests.run(job, in: fixture)
        fixture.time.setWall(Timestamp(unixSeconds: 1_000_000_000))
        let open = try await fixture.create()
        await fixture.engine.makeSweeper().sweep()
        #expect(!fixture.stored(job).isSwept)
        #expect(fixture.stored(open).state == .open)
        #expect(fixture.engine.progress(of: fixture.stored(job)).percentage == 100)
    }

    @Test(
        "removes parts of uploads that nobody sends any more, and leaves folders of another database's jobs alone"
    )
    func removesOrphans() async throws {
        let fixture = try EngineFixture()
        let job = try await fixture.closedJob(EngineFixture.csv(3))
        let part = fixture.engine.core.folder.part(.upload, of: job.id, token: 7)
        try Data("id".utf8).write(to: URL(filePath: part))
        let stranger = fixture.folder.appending(path: "bulk-job-stranger")
        let foreign = fixture.folder.appending(path: "something-else")
        for folder in [stranger, foreign] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        try Data("id".utf8).write(to: stranger.appending(path: "upload"))
        await fixture.engine.makeSweeper().removeOrphans()
        #expect(FileManager.default.fileExists(atPath: stranger.path))
        #expect(FileManager.default.fileExists(atPath: foreign.path))
        #expect(!FileManager.default.fileExists(atPath: part))
        #expect(FileManager.default.fileExists(atPath: fixture.engine.core.folder.upload(of: job.id)))
    }
}
