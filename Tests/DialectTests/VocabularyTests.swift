import BulkModel
import Engine
import Formats
import Testing

@testable import Dialects

@Suite struct VocabularyTests {
    @Test(
        "base64url is that of RFC 4648, without padding, and has one spelling",
        arguments: [
            ([], ""), ([0x66], "Zg"), ([0x66, 0x6F], "Zm8"), ([0x66, 0x6F, 0x6F], "Zm9v"),
            ([0xFB, 0xFF], "-_8"),
        ] as [([UInt8], String)])
    func base64URL(bytes: [UInt8], text: String) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
        #expect(Base64URL.decode(text + "=") == nil)
    }

    @Test(
        "spellings that decode to the same bytes are refused", arguments: ["Zh", "Zg==", "Z", "Z+8", "-_9"])
    func odd(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test("a query is decoded, and what is not UTF-8 or comes twice is refused")
    func query() throws {
        let items = try QueryItems(parsing: "a=1%2F2&b=x+y&c&d=")
        #expect(items["a"] == "1/2")
        #expect(items["b"] == "x y")
        #expect(items["c"] == "")
        #expect(items["e"] == nil)
        for bad in ["a=%", "a=%zz", "a=%ff", "a=%00", "a=1&a=2", "a=1&%61=2"] {
            #expect(throws: Refusal.self, "\(bad)") { try QueryItems(parsing: bad) }
        }
    }

    @Test("header names have no case, and several lines are one list")
    func headers() {
        let fields = HeaderFields([("Accept", "a"), ("ACCEPT", "b"), ("Host", "h")])
        #expect(fields["accept"] == "a, b")
        #expect(fields.count(of: "Accept") == 2)
        #expect(fields["x"] == nil)
    }

    private struct Paths: Dialect {
        var routes: [Route] {
            [
                route(.get, "/v1/{table}/{id}"), route(.delete, "/v1/{table}/{id}"),
                route(.get, "/v1/jobs/{id}"), route(.patch, "/v1/jobs/{id}"), route(.post, "/v1/jobs"),
                route(.get, "/v1/tables/{table}"), route(.post, "/v1/{table}/bulk-process"),
                route(.post, "/v1/tables/{table}/bulk-process"), route(.get, "/v1/tables/{table}/{id}"),
            ]
        }

        private func route(_ method: Dialects.Method, _ pattern: String) -> Route {
            Route(method, pattern) { _ throws(Refusal) in Answer(status: 200) }
        }
    }

    private func matched(_ method: Dialects.Method, _ path: String) -> String {
        switch RouteTable([Paths()]).match(method, path: path) {
        case .route(let route, let parameters):
            "\(route.pattern) \(parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " "))"
        case .otherMethods(let methods, _): methods.map(\.rawValue).joined(separator: ",")
        case .none: "none"
        }
    }

    @Test(
        "a request finds the most literal route, or the methods its path has, or nothing",
        arguments: [
            (.get, "/v1/jobs/7", "/v1/jobs/{id} id=7"), (.head, "/v1/jobs/7", "/v1/jobs/{id} id=7"),
            (.get, "/v1/jobs/7/", "/v1/jobs/{id} id=7"),
            (.get, "/v1/a%2Fb/c", "/v1/{table}/{id} id=c table=a/b"),
            (.delete, "/v1/jobs/7", "GET,HEAD,PATCH"), (.get, "/v1/jobs", "POST"),
            (.delete, "/v1/orders/7", "/v1/{table}/{id} id=7 table=orders"), (.get, "/v1/batch/7", "none"),
            (.get, "/v1/tables/jobs", "/v1/tables/{table} table=jobs"),
            (.delete, "/v1/tables/jobs", "GET,HEAD"), (.get, "/v1", "none"),
            (.post, "/v1/orders/bulk-process", "/v1/{table}/bulk-process table=orders"),
            (.get, "/v1/orders/bulk-process", "POST"), (.delete, "/v1/orders/bulk-process", "POST"),
            (
                .get, "/v1/tables/orders/bulk-process",
                "/v1/tables/{table}/{id} id=bulk-process table=orders"
            ),
            (.get, "/v1//7", "none"), (.get, "v1/jobs/7", "none"), (.get, "/v1/jobs/%ff", "none"),
            (.get, "/", "none"),
        ] as [(Dialects.Method, String, String)])
    func routing(method: Dialects.Method, path: String, expected: String) {
        #expect(matched(method, path) == expected)
    }

    @Test("a refusal is rendered as problem details with every place")
    func problem() {
        let refusal = Refusal(
            .invalidRequest, issue: "missing_columns", "Two columns are missing.",
            details: [
                .init(
                    field: "amount", code: .missingValue, message: "missing",
                    position: Position(record: 3, line: 4, byte: 99))
            ])
        let value = ProblemAnswer.value(refusal, requestID: "r1")
        #expect(
            value == [
                "type": "/problems/INVALID_REQUEST", "title": .string(ErrorCode.invalidRequest.meaning),
                "status": 400,
                "detail": "Two columns are missing.", "code": "INVALID_REQUEST", "request_id": "r1",
                "retryable": false,
                "issue": "missing_columns",
                "errors": [
                    [
                        "field": "amount", "detail": "missing", "message": "missing", "code": "MISSING_VALUE",
                        "record": 3,
                        "line": 4, "byte": 99, "column": "amount", "retryable": false,
                    ]
                ],
            ])
    }

    @Test("401 names the scheme, 429 and 503 say when to come back")
    func problemHeaders() {
        func header(_ name: String, _ refusal: Refusal) -> String? {
            ProblemAnswer.make(refusal, requestID: "r").headers.first { $0.name == name }?.value
        }
        #expect(header("WWW-Authenticate", Refusal(.unauthenticated, "")) == "Bearer realm=\"breakbulk\"")
        #expect(header("Retry-After", Refusal(.serviceUnavailable, "")) == "5")
        #expect(header("Retry-After", Refusal(.rateLimited, "", retryAfterSeconds: 0)) == "1")
        #expect(header("Retry-After", Refusal(.notFound, "")) == nil)
        #expect(header("Content-Type", Refusal(.notFound, "")) == "application/problem+json")
    }
}
