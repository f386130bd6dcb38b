import BulkModel
import Formats
import Foundation
import Testing

@testable import Engine

@Suite("Job machine")
struct JobMachineTests {
    private let now = Timestamp(unixSeconds: 1_800_000_000)

    private func job(_ state: JobState, _ operation: BulkModel.Operation = .insert, hasUpload: Bool = true)
        -> Job
    {
        let spec = JobSpec(tenant: TenantID("a"), dialect: "d", operation: operation, table: "items")
        var job = Job(id: JobID("j"), spec: spec, state: state, createdAt: now)
        if hasUpload { job.upload = upload }
        return job
    }

    private let upload = Upload(byteCount: 1, digest: "d", header: ["id"], delimiter: 44)

    private func event(_ name: JobEvent.Name) -> JobEvent {
        switch name {
        case .uploaded: .uploaded(upload, records: 0)
        case .close: .close
        case .start: .start
        case .abort: .abort
        case .fail: .fail(Job.Reason(code: .uploadDamaged, message: "m"))
        case .expire: .expire
        case .complete: .complete
        }
    }

    /// The table of `docs/STATES.md`: state, event, next state or nil.
    private func table() throws -> [(JobState, JobEvent.Name, JobState?)] {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let page = here.deletingLastPathComponent().appending(path: "../../docs/STATES.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let cells = lines.map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let head = try #require(cells.first { $0.first == "state" })
        let names = try head.dropFirst().map { try #require(JobEvent.Name(rawValue: $0)) }
        var table: [(JobState, JobEvent.Name, JobState?)] = []
        for row in cells where row.count == head.count {
            guard let state = row.first.flatMap({ JobState(rawValue: $0) }) else { continue }
            for (name, cell) in zip(names, row.dropFirst()) {
                let next = JobState(rawValue: cell)
                try #require((cell == "-") == (next == nil), "\(cell) is no state")
                table.append((state, name, next))
            }
        }
        return table
    }

    @Test("does what docs/STATES.md says, for every state and event")
    func agreesWithItsTable() throws {
        let table = try table()
        #expect(table.count == JobState.allCases.count * JobEvent.Name.allCases.count)
        for (state, name, next) in table {
            var machine = JobMachine(job(state, hasUpload: name != .uploaded))
            let refusal = machine.event(event(name), at: now)
            #expect(machine.job.state == next ?? state, "\(state) \(name)")
            #expect((refusal == nil) == (next != nil), "\(state) \(name)")
            guard next == nil else { continue }
            #expect(refusal?.code == .jobStateConflict)
            #expect(refusal?.message.contains("The job is \(state.title) and") == true)
            #expect(refusal?.message.contains(name.words) == true)
        }
    }

    @Test("says where the job stands and what its caller can do, in the words of callers")
    func saysWhatIsPossible() {
        var complete = JobMachine(job(.jobComplete))
        #expect(
            complete.event(.abort, at: now)?.message
                == "The job is JobComplete and cannot be aborted; it has ended.")
        var running = JobMachine(job(.inProgress))
        #expect(
            running.event(.close, at: now)?.message
                == "The job is InProgress and cannot be closed; possible now: abort.")
    }

    @Test("refuses what the state would allow but the job lacks")
    func refusesWhatIsMissing() {
        let cases: [(Job, JobEvent, String?)] = [
            (job(.open), .uploaded(upload, records: 1), "upload_exists"),
            (job(.open, .query, hasUpload: false), .uploaded(upload, records: 1), "no_upload_wanted"),
            (job(.open, hasUpload: false), .close, "no_upload"),
            (job(.open, .query, hasUpload: false), .close, nil),
        ]
        for (job, event, issue) in cases {
            var machine = JobMachine(job)
            #expect(machine.event(event, at: now)?.issue == issue)
        }
    }

    @Test("never ends a job before it began when the clock was set back")
    func toleratesAClockSetBack() {
        var machine = JobMachine(job(.uploadComplete))
        _ = machine.event(.start, at: now + .seconds(10))
        _ = machine.event(.abort, at: now + .seconds(-100))
        #expect(machine.job.endedAt == now + .seconds(10))
    }

    @Test("takes over a receipt and completes with the last record")
    func advances() {
        var start = job(.inProgress)
        start.counts.read = 3
        start.reason = Job.Reason(code: .serviceUnavailable, message: "waits")
        var machine = JobMachine(start)
        let fault = RecordFault(
            index: 1,
            fault: Fault(.duplicateKey, at: Position(record: 2, line: 3, byte: 9), message: "m"))
        #expect(machine.advance(by: receipt(1, [(.created, 1), (.error, 1)], [fault]), at: now) == nil)
        #expect(machine.job.nextRecord == 3)
        #expect(machine.job.errorCounts == [.duplicateKey: 1])
        #expect(machine.job.reason == nil)
        #expect(machine.job.state == .inProgress)
        #expect(machine.advance(by: receipt(1, [(.created, 1)]), at: now)?.issue == "wrong_checkpoint")
        #expect(machine.advance(by: receipt(3, [(.created, 1)]), at: now) == nil)
        #expect(machine.job.state == .jobComplete)
        #expect(machine.job.counts.unprocessed == 0)
    }

    @Test("takes over receipts in any order, and completes once every record has its outcome")
    func advancesInAnyOrder() {
        var start = job(.inProgress)
        start.counts.read = 5
        var machine = JobMachine(start)
        #expect(machine.advance(by: receipt(3, [(.created, 2)]), to: 1, at: now) == nil)
        #expect(machine.job.nextRecord == 1)
        #expect(machine.job.counts.unprocessed == 3)
        #expect(machine.advance(by: receipt(1, [(.created, 2)]), to: 5, at: now) == nil)
        #expect(machine.job.nextRecord == 5)
        #expect(machine.job.state == .inProgress)
        let refused: [(ChunkReceipt, Int)] = [
            (receipt(3, [(.created, 2)]), 5), (receipt(5, []), 6), (receipt(5, [(.created, 1)]), 4),
        ]
        for (receipt, checkpoint) in refused {
            let before = machine.job
            #expect(machine.advance(by: receipt, to: checkpoint, at: now)?.issue == "wrong_checkpoint")
            #expect(machine.job == before)
        }
        #expect(machine.advance(by: receipt(5, [(.updated, 1)]), to: 6, at: now) == nil)
        #expect(machine.job.state == .jobComplete)
        #expect(machine.advance(by: receipt(6, [(.updated, 1)]), to: 7, at: now)?.code == .jobStateConflict)
    }

    @Test("fails a job whose checkpoint is past its end while records have no outcome")
    func discreditsGaps() {
        var start = job(.inProgress)
        start.counts.read = 5
        var machine = JobMachine(start)
        #expect(machine.advance(by: receipt(3, [(.created, 3)]), to: 6, at: now) == nil)
        #expect(machine.job.state == .failed)
        #expect(machine.job.reason?.code == .internalError)
    }

    @Test("fails a job whose counters do not add up instead of completing it")
    func discredits() {
        var broken = job(.inProgress)
        broken.counts.read = 5
        broken.counts.succeeded = 4
        var machine = JobMachine(broken)
        #expect(machine.event(.complete, at: now) == nil)
        #expect(machine.job.state == .failed)
        #expect(machine.job.reason?.code == .internalError)
    }

    private func receipt(
        _ first: Int, _ runs: [(RecordAction, Int)], _ faults: [RecordFault] = []
    ) -> ChunkReceipt {
        var actions = ActionRuns()
        for (action, count) in runs { actions.append(action, count: count) }
        return ChunkReceipt(firstRecord: first, actions: actions, keys: .none, faults: faults)
    }
}
