import Foundation
import Testing

@Suite("Batches and imports that are refused", .serialized, .timeLimit(.minutes(10)))
struct BatchRefusalTests {
    private static let create =
        #"{"method": "POST", "path": "/resources", "body": {"name": "A", "type": "image"}}"#

    @Test("bodies that are no batch are refused whole, in the spec's envelope, and write nothing")
    func bodies() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        let deep = String(repeating: "[", count: 5000)
        let bodies = [
            "", "{", "[]", "7", "nothing", "{}", #"{"operations": 3}"#, #"{"operations": []}"#, deep,
            #"{"operations": [3]}"#, #"{"operations": [{"method": "POST"}]}"#,
            #"{"operations": [{"method": "BREW", "path": "/resources"}]}"#,
            #"{"operations": [\#(Self.create)], "options": {"atomc": true}}"#,
            #"{"operations": [\#(Self.create)], "options": {"atomic": true, "continue_on_error": true}}"#,
            #"{"operations": [\#(Self.create)], "options": {"parallel": 0}}"#,
            #"{"operations": [\#(Self.create)], "options": {"timeout_ms": -1}}"#,
            #"{"operations": [\#(Self.create)], "option": {}}"#,
            #"{"operations": [{"id": "a", "method": "POST", "path": "/resources", "body": {"name": "A", "type": "image"}}, {"id": "a", "method": "DELETE", "path": "/resources/r1"}]}"#,
            #"{"operations": [{"id": "a", "method": "DELETE", "path": "/resources/$a.id"}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "/resources/../r1"}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "/resources/%2e%2e"}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "resources"}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "/resources"}]}"#,
            #"{"operations": [{"method": "POST", "path": "/batch", "body": {}}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "/resources/r1?x=1"}]}"#,
            #"{"operations": [{"method": "DELETE", "path": "/resources//r1"}]}"#,
        ]
        for body in bodies {
            let answer = try await client.post("/batch", body)
            #expect(answer.status == 400, "\(body.prefix(90)): \(answer.status) \(answer.text)")
            #expect(answer.text("error.code")?.isEmpty == false, "\(body.prefix(90)): \(answer.text)")
            #expect(answer.text("error.message")?.isEmpty == false)
            #expect(answer.at("error.details") is [Any])
        }
        #expect(try await resources.count() == 0)
    }

    @Test("each kind of operation has its own limit, named in the answer")
    func sizes() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        let kinds = [
            (#"{"method": "PATCH", "path": "/resources/r1", "body": {"status": "draft"}}"#, 1000),
            (#"{"method": "DELETE", "path": "/resources/r1"}"#, 5000),
            (#"{"method": "GET", "path": "/resources/r1"}"#, 500),
        ]
        for (operation, most) in kinds {
            for count in [most, most + 1] {
                let operations = Array(repeating: operation, count: count).joined(separator: ",")
                let answer = try await client.post("/batch", #"{"operations": [\#(operations)]}"#)
                #expect(
                    answer.status == (count > most ? 413 : 207), "\(count) of \(operation): \(answer.status)")
                if count > most { #expect(answer.text("error.message")?.contains("\(most)") == true) }
            }
        }
    }

    @Test("a bomb of a body is refused before it is unpacked")
    func bomb() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start("limits: { request_bytes: 1MiB }\n")
        let script = """
            head -c 300000000 /dev/zero | gzip -9 > bomb.gz
            curl -s -o answer.json -w '%{http_code}' "$URL/v1/batch" -H "Authorization: Bearer $KEY" \
                -H 'Content-Encoding: gzip' --data-binary @bomb.gz; echo
            jq -r .error.code answer.json
            curl -s -o answer.json -w '%{http_code}' "$URL/v1/batch" -H "Authorization: Bearer $KEY" \
                -H 'Content-Encoding: gzip, gzip' --data-binary @bomb.gz; echo
            """
        let run = try await Binary.run(
            ["-euo", "pipefail", "-c", script], program: "/bin/bash", in: resources.bench.folder.path,
            environment: ["URL": server.url, "KEY": resources.bench.key])
        #expect(run.output == "413\nPAYLOAD_TOO_LARGE\n415\n", "\(run.output) \(run.errors)")
    }

    @Test("forms that are none are refused, and nothing is half-written")
    func forms() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let client = resources.client(server)
        func part(_ head: String, _ body: String) -> String { "--B\r\n\(head)\r\n\r\n\(body)\r\n" }
        let file = part(
            #"Content-Disposition: form-data; name="file"; filename="a.csv""#, "name,type\nA,image")
        let forms: [(type: String, body: String, status: Int)] = [
            ("multipart/form-data", file + "--B--\r\n", 400),
            ("text/csv", "name,type\nA,image\n", 415),
            ("multipart/form-data; boundary=B", file, 400),
            ("multipart/form-data; boundary=B", String((file + "--B--").dropLast(30)), 400),
            ("multipart/form-data; boundary=B", "--B--\r\n", 400),
            (
                "multipart/form-data; boundary=B",
                file + part(#"Content-Disposition: form-data; name="other""#, "x") + "--B--\r\n", 400
            ),
            ("multipart/form-data; boundary=B", file + file + "--B--\r\n", 400),
            (
                "multipart/form-data; boundary=B",
                (0..<1000).map { part(#"Content-Disposition: form-data; name="p\#($0)""#, "x") }.joined()
                    + "--B--\r\n", 400
            ),
            (
                "multipart/form-data; boundary=B", "--B\r\nX-Long: " + String(repeating: "x", count: 1 << 20),
                400
            ),
            (
                "multipart/form-data; boundary=B",
                file + part(#"Content-Disposition: form-data; name="options""#, "{") + "--B--\r\n", 400
            ),
            (
                "multipart/form-data; boundary=B",
                file + part(#"Content-Disposition: form-data; name="options""#, #"{"dryrun": true}"#)
                    + "--B--\r\n", 400
            ),
            (
                "multipart/form-data; boundary=B",
                part(#"Content-Disposition: form-data; name="file"; filename="a.csv""#, "name,colour\nA,red")
                    + "--B--\r\n", 400
            ),
        ]
        for form in forms {
            let answer = try await client.send(
                "POST", "/import/resources", body: form.body, headers: ["Content-Type": form.type])
            let isRefused = answer.status == form.status || (form.status == 400 && answer.status == 413)
            #expect(isRefused, "\(form.type) \(form.body.prefix(80)): \(answer.status) \(answer.text)")
            #expect(answer.text("error.code")?.isEmpty == false, "\(answer.text)")
        }
        #expect(try await resources.count() == 0)
        let open = try await client.send("GET", "/jobs?status=processing")
        #expect((open.at("jobs") as? [Any])?.isEmpty == true, "\(open.text)")
    }

    @Test("an import that is cut off in the middle leaves no job that runs")
    func cut() async throws {
        let resources = try await ResourceBench(on: .sqlite)
        let server = try await resources.start()
        let socket = try RawSocket(port: server.port)
        try socket.send(
            "POST /v1/import/resources HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(resources.bench.key)\r\n"
                + "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nname,type\nA,image\n"
        )
        socket.close()
        let client = resources.client(server)
        try await Patience.until("the cut import is over") {
            let jobs = try await client.send("GET", "/jobs")
            let statuses = (jobs.at("jobs") as? [[String: Any]] ?? []).compactMap { $0["status"] as? String }
            return statuses.allSatisfy { ["cancelled", "failed"].contains($0) }
        }
        #expect(try await resources.count() == 0)
    }
}
