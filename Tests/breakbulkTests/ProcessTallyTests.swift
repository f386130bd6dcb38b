import BulkModel
import Formats
import Testing

@testable import breakbulk

@Suite("breakbulk process: what is told")
struct ProcessTallyTests {
    private func tally(_ lines: String) throws -> ProcessTally {
        var tally = ProcessTally()
        var splitter = LineSplitter()
        // In pieces of seven bytes, as a network may deliver them.
        let bytes = Array(lines.utf8)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            try splitter.take(Array(bytes[start..<min(start + 7, bytes.count)])) {
                line throws(CommandFailure) in
                // What cannot be read is no line of ours, and that is what is thrown.
                let value = try? JSONParser.parse(Array(line), limits: Limits())
                guard let value, tally.take(value) != nil else { throw CommandFailure(.refused, "no line") }
            }
        }
        return tally
    }

    private let begun = """
        {"type":"metadata","operationId":"bulk-op-x","operation":"archive","totalRecords":5}
        {"type":"success","recordId":"order-1","action":"archived"}
        {"type":"error","recordId":"order-2","error":"LOCKED_RECORD","message":"Order is locked","retryable":true}
        {"type":"progress","processed":2,"successful":1,"errors":1,"cursor":"c2"}

        """

    @Test("Successes and failures are counted, and the newest cursor is kept")
    func counts() throws {
        let tally = try tally(begun)
        #expect(tally.total == 5)
        #expect(tally.told == 2)
        #expect(tally.failed == 1)
        #expect(tally.cursor == "c2")
        #expect(tally.failures.map(\.text) == ["order-2: LOCKED_RECORD: Order is locked"])
        #expect(tally.summary == nil)
    }

    @Test("A summary says how it ended, with the errors by code")
    func summary() throws {
        let tally = try tally(
            begun + #"{"type":"summary","processed":2,"successful":1,"errors":1,"#
                + #""errorBreakdown":{"LOCKED_RECORD":1},"stoppedEarly":true,"cursor":"c1","duration":"PT1S"}"#
                + "\n")
        let summary = try #require(tally.summary)
        #expect(summary.isStoppedEarly)
        #expect(tally.cursor == "c1")
        let report = ProcessReport(
            tally: tally, summary: summary, elapsed: .seconds(2), errorsFile: nil,
            resumeCommand: "breakbulk process orders --resume")
        #expect(report.exitStatus == .someFailed)
        #expect(report.lines[0] == "2 records in 2.0 s, 1 records/s: 1 successful, 1 failed (bulk-op-x)")
        #expect(report.lines[1] == "  LOCKED_RECORD: 1")
        #expect(
            report.lines.contains { $0.contains("once that is mended: breakbulk process orders --resume") })
        #expect(report.lines.contains { $0.contains("without --stop-on-error") })
    }

    @Test(
        "Trying again is advised where an error may pass",
        arguments: [
            (ErrorLog.Count(), nil),
            (
                ErrorLog.Count(records: 1, retryable: 1),
                "1 failed record is in again; --ids again tries again."
            ),
            (
                ErrorLog.Count(records: 1200, retryable: 3),
                "1,200 failed records are in again, 3 of them with an error that may pass; --ids again tries again."
            ),
            (
                ErrorLog.Count(records: 2, retryable: 0),
                "2 failed records are in again; trying again changes nothing until what they say is mended."
            ),
        ] as [(ErrorLog.Count, String?)])
    func advice(kept: ErrorLog.Count, expected: String?) throws {
        let tally = try tally(
            begun + #"{"type":"summary","processed":2,"successful":1,"errors":1,"duration":"PT1S"}"# + "\n")
        let report = ProcessReport(
            tally: tally, summary: try #require(tally.summary), elapsed: .seconds(2), errorsFile: "again",
            kept: kept, resumeCommand: "")
        #expect(report.lines.last { $0.contains("again") } == expected)
    }

    @Test("An error line without a record is the stream's own fault")
    func fault() throws {
        let tally = try tally(
            begun + #"{"type":"error","error":"SERVICE_UNAVAILABLE","message":"gone","cursor":"c2"}"# + "\n")
        #expect(tally.told == 2)
        #expect(tally.fault?.code == "SERVICE_UNAVAILABLE")
    }

    @Test("A resumed stream's share is of what remains")
    func resumed() throws {
        let tally = try tally(
            #"{"type":"metadata","operationId":"x","resumed":true,"cursor":"c2","remainingRecords":3}"# + "\n"
        )
        #expect(tally.total == 3)
        #expect(tally.cursor == "c2")
    }

    @Test(
        "Lines of another server are refused", arguments: ["<html>\n", "{\"a\":1}\n", "{\"type\":\"x\"}\n"])
    func foreign(text: String) {
        #expect(throws: CommandFailure.self) { try tally(text) }
    }

    @Test("Progress tells records a second and the time left")
    func progress() {
        var snapshot = ProgressSnapshot(.processing)
        snapshot.records = 250
        snapshot.recordsTotal = 1000
        snapshot.failed = 2
        snapshot.elapsed = .seconds(5)
        #expect(
            ProgressLine.plain(snapshot)
                == "processing, 25 %, 250 records, 50 records/s, ETA 0:15, 2 failed")
    }
}
