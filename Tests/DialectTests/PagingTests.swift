import BulkModel
import Engine
import Testing

@testable import Dialects

@Suite struct PagingTests {
    private let signer = PlainSigner()
    private let cursor = JobFilter.Cursor(
        createdAt: Timestamp(microseconds: 123_456), id: JobID("bulk-job-9"))

    private func caller(_ tenant: String) -> Caller {
        Caller(credential: "k", tenant: TenantID(tenant), scopes: [.read])
    }

    private func page(_ query: String, tenant: String = "t1") throws(Refusal) -> ListPage {
        try ListPage(QueryItems(parsing: query), caller: caller(tenant), limits: Limits(), signer: signer)
    }

    @Test("a list has the spec's default, its bounds, and the states by name")
    func query() throws {
        #expect(try page("").limit == 25)
        #expect(try page("state=InProgress&limit=1000").limit == 1000)
        #expect(try page("state=InProgress").state == .inProgress)
        for bad in [
            "limit=0", "limit=1001", "limit=x", "limit=", "state=inprogress", "offset=x", "page=2",
            "limit=1&limit=2",
        ] {
            #expect(throws: Refusal.self, "\(bad)") { try page(bad) }
        }
    }

    @Test("an offset token leads back to its place, for the same tenant and state only")
    func offset() throws {
        let token = ListPage.token(cursor, caller: caller("t1"), state: nil, signer: signer)
        #expect(try page("offset=\(token)").cursor == cursor)
        #expect(throws: Refusal.self) { try page("offset=\(token)", tenant: "t2") }
        #expect(throws: Refusal.self) { try page("offset=\(token)&state=Open") }
        #expect(throws: Refusal.self) { try page("offset=A\(token)") }
        #expect(throws: Refusal.self) { try page("offset=\(token)A") }
    }

    @Test("a locator leads to its record, for the same job and part only")
    func locator() throws {
        let intake = ResultIntake(job: JobID("j1"), part: .failed, signer: signer)
        let query = try QueryItems(parsing: "max_records=10&format=json&locator=\(intake.locator(101))")
        let request = try intake.request(query, accept: nil)
        #expect(request == ResultRequest(part: .failed, format: .json, firstRecord: 101, recordsMax: 10))
        let otherJob = ResultIntake(job: JobID("j2"), part: .failed, signer: signer)
        let otherPart = ResultIntake(job: JobID("j1"), part: .all, signer: signer)
        #expect(throws: Refusal.self) { try otherJob.request(query, accept: nil) }
        #expect(throws: Refusal.self) { try otherPart.request(query, accept: nil) }
        for bad in ["locator=null", "max_records=0", "format=xml", "x=1"] {
            let items = try QueryItems(parsing: bad)
            #expect(throws: Refusal.self, "\(bad)") { try intake.request(items, accept: nil) }
        }
    }

    @Test(
        "Accept chooses the format by weight, and nothing of ours leaves it to the job",
        arguments: [
            (nil, nil), ("*/*", nil), ("text/html", nil), ("text/csv", .csv), ("application/json", .json),
            ("text/csv;q=0.5, application/x-ndjson", .ndjson), ("text/csv, application/json", .csv),
            ("application/json;q=0", nil), ("application/x-jsonlines", .ndjson),
        ] as [(String?, ContentFormat?)])
    func accept(header: String?, format: ContentFormat?) {
        #expect(Negotiation.format(accept: header) == format)
    }

    @Test(
        "a stream is taken by every name of its type, by ranges, and by who names nothing",
        arguments: [
            (nil, true), ("*/*", true), ("application/*;q=0.1", true), ("application/x-ndjson", true),
            ("application/ndjson", true), ("application/jsonl", true),
            ("text/html, application/x-jsonlines", true), ("text/csv", false),
            ("*/*, application/*;q=0", false),
        ] as [(String?, Bool)])
    func acceptStream(header: String?, takes: Bool) {
        #expect(Negotiation.takes(anyOf: MediaType.names(of: .ndjson), accept: header) == takes)
    }

    @Test(
        "results are packed for who takes gzip, and else only those of a query that was asked for packed",
        arguments: [
            (.insert, nil, false), (.insert, "identity", false), (.insert, "gzip", true), (.query, nil, true),
            (.query, "identity", true),
        ] as [(Operation, String?, Bool)])
    func packedResults(operation: Operation, acceptEncoding: String?, isPacked: Bool) {
        let spec = JobSpec(
            tenant: TenantID("t1"), dialect: "d", operation: operation, table: "items", compression: .gzip)
        #expect(ResultAnswer.isPacked(spec, acceptEncoding: acceptEncoding) == isPacked)
    }

    @Test(
        "gzip is sent to those who take it",
        arguments: [
            (nil, false), ("gzip", true), ("deflate, GZIP;q=0.8", true), ("gzip;q=0", false), ("*", true),
            ("*, gzip;q=0", false), ("identity", false),
        ] as [(String?, Bool)])
    func acceptEncoding(header: String?, takes: Bool) {
        #expect(Negotiation.takesGzip(acceptEncoding: header) == takes)
    }
}
