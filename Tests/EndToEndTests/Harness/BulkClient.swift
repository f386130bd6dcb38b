import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks spec 002 to a server under test, in the words of the spec.
struct BulkClient: Sendable {
    var url: String
    var key: String

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as a JSON object.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
        }

        subscript(name: String) -> String? { json[name] as? String }
    }

    /// No answer of a test takes longer.
    static let answerTimeMax = Duration.seconds(300)

    func send(
        _ method: String, _ path: String, body: String? = nil, bytes: [UInt8]? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await Patience.within(Self.answerTimeMax, "the answer to \(method) \(path)") {
            try await sendNow(method, path, body: body, bytes: bytes, headers: headers)
        }
    }

    private func sendNow(
        _ method: String, _ path: String, body: String?, bytes: [UInt8]?, headers: [String: String]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : url + "/v1" + path)
        request.method = .RAW(value: method)
        // The shared client takes gzip that expands up to 25 times, which equal results do easily.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if !path.hasPrefix("http") { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(Array(body.utf8)) }
        if let bytes { request.body = .bytes(bytes) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let buffer = try await response.body.collect(upTo: 1 << 30)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" }
            ),
            body: Array(buffer.readableBytesView))
    }

    /// Creates a job and gives its id.
    func create(_ members: String) async throws -> String {
        let answer = try await send("POST", "/bulk/jobs", body: "{\(members)}")
        guard answer.status < 300, let id = answer["job_id"] else { throw Unexpected(answer: answer) }
        return id
    }

    /// PUTs the data to the job's upload URL.
    func upload(_ bytes: [UInt8], to job: String, type: String = "text/csv") async throws -> Answer {
        let place = try await send("GET", "/bulk/jobs/\(job)/upload-url")
        guard let url = place["upload_url"] else { throw Unexpected(answer: place) }
        return try await send("PUT", url, bytes: bytes, headers: ["Content-Type": type])
    }

    func close(_ job: String) async throws -> Answer {
        try await send("PATCH", "/bulk/jobs/\(job)", body: #"{"state": "UploadComplete"}"#)
    }

    /// Long-polls until the job has ended.
    func end(of job: String) async throws -> Answer {
        for _ in 0..<60 {
            let answer = try await send("GET", "/bulk/jobs/\(job)?wait=10")
            guard answer.status == 200, let state = answer["state"] else { throw Unexpected(answer: answer) }
            if ["JobComplete", "Failed", "Aborted"].contains(state) { return answer }
        }
        throw Patience.Ended(what: "the end of job \(job)", limit: .seconds(600))
    }

    /// Create, upload, close, wait: the whole way of a data job.
    func load(_ csv: String, into table: String, operation: String = "insert", more: String = "") async throws
        -> Answer
    {
        let job = try await create(#""operation": "\#(operation)", "object": "\#(table)"\#(more)"#)
        let uploaded = try await upload(Array(csv.utf8), to: job)
        guard uploaded.status == 200 else { throw Unexpected(answer: uploaded) }
        let closed = try await close(job)
        guard closed.status == 200 else { throw Unexpected(answer: closed) }
        return try await end(of: job)
    }

    struct Unexpected: Error, CustomStringConvertible {
        var answer: Answer
        var description: String { "\(answer.status): \(answer.text)" }
    }
}
