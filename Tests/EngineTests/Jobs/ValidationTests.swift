import BulkModel
import Synchronization
import Testing

@testable import Engine

@Suite("Validation before import")
struct ValidationTests {
    private static let bad = "id,name\n1,a\nx,b\n3,\n4,d,e\n"

    private func uploaded(_ text: String, _ fixture: EngineFixture) async throws -> Job {
        let job = try await fixture.create()
        return try await fixture.upload([text], to: job)
    }

    private func refusal(_ job: Job, _ fixture: EngineFixture) async -> Refusal? {
        do {
            try await fixture.engine.validate(job.id, by: fixture.caller)
            return nil
        } catch {
            return error
        }
    }

    @Test("names every faulty record with its place, applies nothing and fails the job")
    func refuses() async throws {
        let fixture = try EngineFixture()
        let job = try await uploaded(Self.bad, fixture)
        let refusal = await refusal(job, fixture)
        #expect(refusal?.code == .validationError)
        #expect(refusal?.details.map(\.position?.record) == [2, 3, 4])
        #expect(refusal?.details.map(\.position?.line) == [3, 4, 5])
        #expect(refusal?.details.map(\.code) == [.invalidValue, .missingValue, .malformedRecord])
        #expect(refusal?.details.map(\.field) == ["id", "name", nil])
        let ended = fixture.stored(job)
        #expect(ended.state == .failed)
        #expect(ended.reason?.code == .validationError)
        #expect(ended.counts.unprocessed == 4)
        #expect(fixture.store.state.withLock { $0.applied }.isEmpty)
    }

    @Test("leaves a good job as it is, to be closed")
    func admits() async throws {
        let fixture = try EngineFixture()
        let job = try await uploaded(EngineFixture.csv(500), fixture)
        #expect(await refusal(job, fixture) == nil)
        #expect(fixture.stored(job).state == .open)
        let empty = try await uploaded("id,name\n", fixture)
        #expect(await refusal(empty, fixture) == nil)
    }

    @Test("counts all, and lists no more than allowed")
    func boundsDetails() async throws {
        let fixture = try EngineFixture {
            $0.detailsMax = 3
            $0.chunkValuesMax = 20
        }
        let text = "id,name\n" + (1...95).map { $0 % 2 == 0 ? "\($0),\n" : "\($0),n\n" }.joined()
        let refusal = await refusal(try await uploaded(text, fixture), fixture)
        #expect(refusal?.details.count == 3)
        #expect(refusal?.message.hasPrefix("47 of 95 records are faulty") == true)
    }

    @Test("is for open jobs with an upload")
    func needsUpload() async throws {
        let fixture = try EngineFixture()
        let open = try await fixture.create()
        #expect(await refusal(open, fixture)?.code == .jobStateConflict)
        let closed = try await fixture.closedJob(Self.bad)
        #expect(await refusal(closed, fixture)?.code == .jobStateConflict)
        #expect(fixture.stored(closed).state == .uploadComplete)
    }

    @Test("a damaged upload is told, and the job stays open")
    func tellsDamage() async throws {
        let fixture = try EngineFixture()
        let job = try await uploaded(EngineFixture.csv(50), fixture)
        try Damage.flipByte(of: fixture.engine.core.folder.upload(of: job.id), at: 30)
        #expect(await refusal(job, fixture)?.code == .uploadDamaged)
        #expect(fixture.stored(job).state == .open)
    }

    @Test("a store that fails on call 1, 2, 3 … leaves the job open, to be validated again")
    func survivesFaults() async throws {
        for text in [Self.bad, EngineFixture.csv(300)] {
            var call = 1
            var hasFailed = true
            while hasFailed {
                let fixture = try EngineFixture()
                let job = try await uploaded(text, fixture)
                let number = fixture.store.state.withLock { state in
                    state.failures = [state.calls + call: StoreError(.busy, "fault \(call)")]
                    return state.calls + call
                }
                var found = await refusal(job, fixture)
                hasFailed = fixture.store.state.withLock { $0.calls } >= number
                if hasFailed {
                    #expect(found?.code == .serviceUnavailable, "call \(call)")
                    #expect(fixture.stored(job).state == .open, "call \(call)")
                    found = await refusal(job, fixture)
                }
                #expect(found?.code == (text == Self.bad ? .validationError : nil), "call \(call)")
                call += 1
            }
            #expect(call > 3)
        }
    }
}
