import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite("Records as the body of a bulk-process request") struct IngestRequestTests {
    private func request(
        _ query: String, format: ContentFormat = .csv, headers: [(String, String)] = []
    ) throws(Refusal) -> IngestRequest {
        let call = Call(
            method: .post, path: "/v1/orders/bulk-process", query: try QueryItems(parsing: query),
            headers: HeaderFields(headers), body: Pieces([]), baseURL: "", requestID: "r1", limits: Limits())
        return try IngestRequest(call, table: "orders", format: format, tenant: TenantID("t1"))
    }

    @Test("everything is read from the query")
    func all() throws {
        let made = try request(
            "operation=upsert&batchSize=50&maxErrors=3&maxAffected=900&dryRun=true&onDisconnect=continue&key=email&delimiter=%3B"
                + "&emptyIs=null&resumeFrom=c.s", headers: [("Content-Encoding", "gzip")])
        var options = StreamOptions()
        (options.chunkRecords, options.errorsMax, options.isDryRun, options.runsOnAlone) = (50, 3, true, true)
        options.recordsMax = 900
        #expect(made.options == options)
        #expect(made.compression == .gzip)
        #expect(made.cursor == "c.s")
        #expect(made.spec.source == .stream)
        #expect(made.spec.dialect == "bulk-process")
        #expect(made.spec.operation == .upsert)
        #expect(made.spec.key == "email")
        #expect(made.spec.delimiter == UInt8(ascii: ";"))
        #expect(made.spec.emptyIs == .null)
    }

    @Test(
        "all faulty parameters are named at once",
        arguments: [
            ("", ContentFormat.csv, ["operation"]),
            ("operation=archive&batchSize=x", .csv, ["operation", "batchSize"]),
            (
                "operation=insert&batchSize=0&maxErrors=-1&dryRun=1", .csv,
                ["batchSize", "maxErrors", "dryRun"]
            ),
            ("operation=insert&continueOnError=false&maxErrors=2", .csv, ["maxErrors"]),
            ("operation=insert&key=id", .csv, ["key"]),
            ("operation=insert&delimiter=%3B&emptyIs=null", .ndjson, ["delimiter", "emptyIs"]),
            ("operation=insert&maxAffected=many&all=true", .csv, ["maxAffected", "all"]),
        ])
    func faults(query: String, format: ContentFormat, fields: [String]) {
        let refusal = #expect(throws: Refusal.self) { try request(query, format: format) }
        #expect(refusal?.details.compactMap(\.field) == fields)
    }

    @Test("a packing that is not taken and a body that is too large are refused beforehand")
    func refused() {
        let packed = #expect(throws: Refusal.self) {
            try request("operation=insert", headers: [("Content-Encoding", "br")])
        }
        #expect(packed?.code == .unsupportedMediaType)
        let large = #expect(throws: Refusal.self) {
            try request("operation=insert", headers: [("Content-Length", "99999999999999")])
        }
        #expect(large?.code == .payloadTooLarge)
    }
}
