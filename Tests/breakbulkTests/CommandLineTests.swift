import BulkModel
import Testing

@testable import breakbulk

@Suite("The command line")
struct CommandLineTests {
    @Test(
        "Command lines that are not understood are refused",
        arguments: [
            ["load"], ["load", "f.csv"], ["load", "f.csv", "--into", "t", "--upsert", "a", "--delete"],
            ["load", "f.csv", "--into", "t", "--server", "http://x", "--database", "sqlite:x"],
            ["load", "f.csv", "--into", "t", "--timeout", "0"], ["export"], ["export", "t", "--json"],
            ["sample", "pigs"], ["sample", "sales", "--rows", "-1"], ["sample", "sales", "--bad", "101"],
            ["jobs", "--limit", "0"], ["jobs", "--state", "Dancing"], ["keys", "create"],
            ["keys", "create", "--tenant", "t", "--scopes", "fly"], ["nonsense"],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try Breakbulk.command(from: arguments) }
    }

    @Test(
        "Command lines of the documents are understood",
        arguments: [
            ["load", "f.csv", "--into", "sales"],
            ["load", "-", "--into", "sales", "--upsert", "order_number", "--json"],
            ["load", "f.csv", "--into", "t", "--database", "sqlite:./x.db"],
            ["export", "sales", "--gzip", "-o", "x.gz"],
            ["export", "--query", "SELECT 1 FROM t"],
            ["sample", "sales", "--rows", "10", "--bad", "0.5", "--seed", "7"],
            ["sample", "customers", "--format", "ndjson", "--first-id", "1"],
            ["jobs", "--state", "inprogress", "--json"],
            ["watch", "bulk-job-a"], ["keys", "create", "--tenant", "t", "--scopes", "read,write", "--json"],
            ["keys", "list"], ["keys", "revoke", "abc"], ["doctor", "--json"],
            ["demo", "--folder", "/tmp/x"],
            ["serve", "--config", "breakbulk.yaml", "--listen", "127.0.0.1:0"],
        ])
    func understood(arguments: [String]) throws {
        _ = try Breakbulk.command(from: arguments)
    }

    @Test(
        "A server's address is taken with and without its ending",
        arguments: [
            "http://h:8080", "http://h:8080/", "http://h:8080/v1", "http://h:8080/v1/",
        ])
    func serverAddress(text: String) throws {
        let address = try ServerAddress(text)
        #expect(address.base == "http://h:8080/v1")
        #expect(address.typed == "http://h:8080")
    }

    @Test("An address without a scheme is a usage error")
    func noScheme() {
        #expect(throws: CommandFailure.self) { try ServerAddress("localhost:8080") }
    }

    @Test(
        "File names tell the format",
        arguments: [
            ("a.csv", ContentFormat.csv), ("A.JSON", .json), ("a.ndjson.gz", .ndjson), ("x/y.jsonl", .ndjson),
        ])
    func formats(name: String, format: ContentFormat) { #expect(InputFile.format(ofName: name) == format) }

    @Test("Other file names tell nothing")
    func noFormat() { #expect(InputFile.format(ofName: "data") == nil) }

    @Test(
        "The table of a query is guessed from its FROM",
        arguments: [
            ("SELECT * FROM sales", "sales"), ("select a\nfrom \"my_table\" where x", "my_table"),
            ("SELECT 1 FROM (SELECT * FROM sales)", "sales"), ("SELECT 1", nil),
        ])
    func queryTable(sql: String, table: String?) {
        #expect(QueryTable.guess(sql) == table)
    }
}
