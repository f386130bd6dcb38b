import BulkModel
import Formats
import Planning
import Testing

@testable import Engine

@Suite("Results that are sent again")
struct SentAgainTests {
    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    /// Runs the upload; gives the counts and its failed records.
    private func run(
        _ text: String, in fixture: EngineFixture, format: ContentFormat = .csv
    ) async throws -> (succeeded: Int, failed: String) {
        let job = try await fixture.closedJob(text, format: format)
        await RunnerTests.run(job, in: fixture)
        let failed = try await fixture.results(job, ResultRequest(part: .failed))
        return (fixture.stored(job).counts.succeeded, failed)
    }

    @Test("fail again where they could not be read, and keep what came")
    func rawLines() async throws {
        let fixture = try EngineFixture()
        let first = try await run("name,id\n\"unc,1\na,2,c\nb\n\"4\"x,4\ngood,5\n", in: fixture)
        #expect(first.succeeded == 1)
        let failed = lines(first.failed)
        try #require(failed.count == 5)
        #expect(failed[1].hasPrefix("\"\"\"unc,1\",,1,error,,,MALFORMED_RECORD,"))
        #expect(failed[2].hasPrefix("\"a,2,c\",,2,error,,,MALFORMED_RECORD,"))
        #expect(failed[3].hasPrefix("b,,3,error,,,MALFORMED_RECORD,"))
        #expect(failed[4].hasPrefix("\"\"\"4\"\"x,4\",,4,error,,,MALFORMED_RECORD,"))
        let second = try await run(first.failed, in: fixture)
        #expect(second.succeeded == 0)
        let again = lines(second.failed)
        try #require(again.count == 5)
        for index in 1...4 {
            let start = failed[index].split(separator: ",error,")[0]
            #expect(again[index].hasPrefix("\(start),error,"))
        }
        let corrected = "\(again[0])\nunc,1,1,error,,,,,,\na,2,2,error,,,\"\",,,\n"
        #expect(try await run(corrected, in: fixture).succeeded == 2)
    }

    @Test("hold the text of objects that could not be read, which fail again as well")
    func rawObjects() async throws {
        let fixture = try EngineFixture()
        let first = try await run("{\"name\":\"a\"}\n{\"name\": b}\n", in: fixture, format: .ndjson)
        #expect(first.succeeded == 1)
        let start = #"{"_raw":"{\"name\": b}","_record":"#
        #expect(first.failed.hasPrefix(start + #"2,"_status":"error""#))
        let second = try await run(first.failed, in: fixture, format: .ndjson)
        #expect(second.succeeded == 0)
        #expect(second.failed.hasPrefix(start + #"1,"_status":"error""#))
        let csv = try await fixture.closedJob("name,id\na,b,c\n")
        await RunnerTests.run(csv, in: fixture)
        let shown = try await fixture.results(csv, ResultRequest(format: .ndjson))
        #expect(shown.hasPrefix(#"{"_raw":"a,b,c","_record":1,"#))
        #expect(shown.contains(#""_id":null,"_error_code":"MALFORMED_RECORD""#))
    }

    @Test("of records that were not reached say which cannot be read, so that these fail again as well")
    func unprocessed() async throws {
        let fixture = try EngineFixture()
        let stopped = try await fixture.closedJob("name,id\na,2,c\ngood,5\n")
        let rest = try await fixture.results(stopped, ResultRequest(part: .unprocessed))
        #expect(lines(rest)[1].hasPrefix("\"a,2,c\",,1,unprocessed,,,MALFORMED_RECORD,"))
        #expect(lines(rest)[2].hasPrefix("good,5,2,unprocessed,,5,,"))
        #expect(try await run(rest, in: EngineFixture()).succeeded == 1)
        let objects = try await fixture.closedJob("{\"name\": b}\n{\"name\":\"c\"}\n", format: .ndjson)
        let shown = try await fixture.results(objects, ResultRequest(part: .unprocessed))
        #expect(shown.contains(#""_error_code":"MALFORMED_RECORD","_error":null"#))
        #expect(try await run(shown, in: EngineFixture(), format: .ndjson).succeeded == 1)
    }

    @Test("keep columns of the table that are named as results name theirs")
    func ownColumns() async throws {
        let whole = ValueType.integer(min: .min, max: .max)
        let table = TableDescription(
            name: "items",
            columns: [
                ColumnDescription(name: "_id", declaredType: "INTEGER", type: whole, isNullable: false),
                ColumnDescription(name: "_status", declaredType: "TEXT", type: .text(lengthMax: nil)),
                ColumnDescription(name: "n", declaredType: "INTEGER", type: whole),
            ], primaryKey: ["_id"])
        let fixture = try #require(EngineFixture.nodes(1, tables: [table]).first)
        let job = try await fixture.closedJob("_id,_status,n\n1,new,5\n", .upsert)
        let shown = lines(try await fixture.results(job, ResultRequest(part: .unprocessed)))
        #expect(
            shown == [
                "_id,_status,n,_record,__status,_action,__id,_error_code,_error,_column,_retryable",
                "1,new,5,1,unprocessed,,1,,,,",
            ])
    }
}
