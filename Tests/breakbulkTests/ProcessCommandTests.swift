import BulkModel
import Formats
import Testing

@testable import breakbulk

@Suite("breakbulk process: what is asked for")
struct ProcessCommandTests {
    private func body(_ arguments: [String]) throws -> String {
        let command = try #require(
            try Breakbulk.command(from: ["process", "orders"] + arguments) as? ProcessCommand)
        let request = try ProcessOptions.request(command, cursorFile: CursorFile(table: "no such table here"))
        return JSONText.line(request.body)
    }

    @Test(
        "Options become the body of a request",
        arguments: [
            (
                ["--operation", "status-update", "--where", "status=PENDING", "--set", "status=PROCESSING"],
                #"{"operation":"status-update","filters":{"status":"PENDING"},"updates":{"status":"PROCESSING"}}"#
            ),
            (
                [
                    "--operation", "archive", "--where", "total_amount >= 10.5", "--where",
                    "archived_at=null",
                ],
                #"{"operation":"archive","filters":{"and":[{"total_amount":{"gte":10.5}},{"archived_at":{"isNull":true}}]}}"#
            ),
            (
                [
                    "--operation", "delete", "--filter", #"{"or":[{"id":"a"},{"id":"b"}]}"#, "--where",
                    #"zip!="0815""#,
                ],
                #"{"operation":"delete","filters":{"and":[{"zip":{"ne":"0815"}},{"or":[{"id":"a"},{"id":"b"}]}]}}"#
            ),
            (
                [
                    "--operation", "delete", "--all", "--dry-run", "--max-affected", "5", "--stop-on-error",
                    "--batch-size", "2",
                ],
                #"{"operation":"delete","options":{"batchSize":2,"maxAffected":5,"continueOnError":false,"dryRun":true,"all":true}}"#
            ),
            (["--resume", "abc"], #"{"resumeFrom":"abc"}"#),
        ])
    func requests(arguments: [String], expected: String) throws {
        #expect(try body(arguments) == expected)
    }

    @Test(
        "What cannot be meant is refused before anything is sent",
        arguments: [
            [], ["--operation", "status-update", "--where", "a=1"], ["--operation", "archive"],
            ["--operation", "archive", "--all", "--set", "a=1"], ["--operation", "dance", "--all"],
            ["--operation", "delete", "--all", "--where", "a=1"],
            ["--operation", "delete", "--where", "status"], ["--operation", "delete", "--where", "=5"],
            ["--operation", "status-update", "--all", "--set", "a<5"],
            ["--operation", "delete", "--all", "--batch-size", "0"], ["--resume", "c", "--stop-on-error"],
            ["--operation", "delete", "--all", "--max-errors", "3", "--stop-on-error"],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) {
            _ = try Breakbulk.command(from: ["process", "orders"] + arguments)
        }
    }

    @Test("A resume without a kept cursor says which file is missing")
    func nothingToResume() {
        #expect(throws: CommandFailure.self) { try body(["--resume"]) }
    }

    @Test(
        "Every sign of --where is a filter",
        arguments: [
            ("a=x", #"{"a":"x"}"#), ("a!=x", #"{"a":{"ne":"x"}}"#), ("a<1", #"{"a":{"lt":1}}"#),
            ("a<=1", #"{"a":{"lte":1}}"#), ("a>1", #"{"a":{"gt":1}}"#), ("a>=1", #"{"a":{"gte":1}}"#),
            ("a!=null", #"{"a":{"isNull":false}}"#), ("a=true", #"{"a":true}"#), ("a=", #"{"a":""}"#),
            ("a=b=c", #"{"a":"b=c"}"#), ("a=007", #"{"a":"007"}"#), ("a=[1]", #"{"a":"[1]"}"#),
        ])
    func signs(text: String, filter: String) throws {
        #expect(JSONText.line(try #require(WhereClause(text)).filter) == filter)
    }

    @Test("Ids come one a line or from the lines of failed records")
    func ids() throws {
        let text = "order-1\r\n\n{\"type\":\"error\",\"recordId\":\"order-2\"}\n{\"recordId\":7}\n"
        #expect(try RecordIDList.ids(text, path: "f") == ["order-1", "order-2", 7])
        #expect(throws: CommandFailure.self) { try RecordIDList.ids("{\"id\":1}\n", path: "f") }
    }

    @Test("A table's name is one segment of a path and of a file's name")
    func segment() {
        #expect(PathSegment.encode("a/b ü.c") == "a%2Fb%20%C3%BC%2Ec")
        #expect(CursorFile(table: "../x").path == ".breakbulk-process-%2E%2E%2Fx.cursor")
    }
}
