import Testing

@testable import Dialects

@Suite struct BatchPathTests {
    @Test(
        "a path leads to a table or a record, with and without /v1 and /tables, decoded segment by segment",
        arguments: [
            ("/resources", "resources", nil), ("/v1/resources", "resources", nil),
            ("/resources/res_1", "resources", "res_1"), ("/v1/resources/res_1", "resources", "res_1"),
            ("/tables/jobs", "jobs", nil), ("/v1/tables/jobs/7", "jobs", "7"),
            ("/tables/tables", "tables", nil), ("/resources/a%2Fb", "resources", "a/b"),
            ("/resources/a%2F..%2Fb", "resources", "a/../b"), ("/resources/jobs", "resources", "jobs"),
            ("/my%20table/x+y", "my table", "x+y"), ("/resources/$op1.id", "resources", "$op1.id"),
            ("/resources/%3Fa%23", "resources", "?a#"), ("/breakbulk_jobs/1", "breakbulk_jobs", "1"),
            ("/v1/v1/1", "v1", "1"),
        ] as [(String, String, String?)])
    func good(path: String, table: String, record: String?) throws {
        let read = try BatchPath(path)
        #expect(read.table == table)
        #expect(read.record == record)
    }

    @Test("behind a question mark stand parameters, decoded")
    func query() throws {
        let path = try BatchPath("/v1/tables/jobs?name=a+b%3F&sort=-id?")
        #expect(path.table == "jobs" && path.record == nil)
        #expect(path.query == QueryItems([(name: "name", value: "a b?"), (name: "sort", value: "-id?")]))
        #expect(try BatchPath("/jobs_").query == nil)
        #expect(try BatchPath("/jobs_?").query == QueryItems())
    }

    @Test(
        "a path that leads elsewhere is refused",
        arguments: [
            "", "/", "resources", "/v1", "/v1/", "/tables", "/v1/tables", "//resources", "/resources/",
            "/resources//1", "/../resources", "/resources/..", "/resources/%2e%2e", "/resources/.", "/./1",
            "/resources/1/2", "/resources?x=%zz", "/resources?a=1&a=2", "?x=1",
            "/?x=1", "/resources/1#a", "/resources?x=1#a", "/resources/%", "/resources/%zz",
            "/resources/%ff", "/resources/%00", "/jobs", "/jobs/1", "/v1/batch", "/bulk/resources",
            "/import/resources", "/events/1", "/webhooks/1", "/uploads/1", "/graphql",
            "/bulk-update/resources",
            "http://other/resources", "/tables/a/b/c",
        ])
    func bad(path: String) {
        #expect(throws: BatchPath.Fault.self) { try BatchPath(path) }
    }
}
